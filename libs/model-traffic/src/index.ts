export { AnswerReader } from './answer-reader.js';
export { BoundedText, digestText } from './bounded-text.js';
export { commandLines } from './command-lines.js';
export * from './exchange.js';
export { modelApiOf } from './model-api.js';
export { readModelRequest } from './read-request.js';
