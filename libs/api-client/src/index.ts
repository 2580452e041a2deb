export * from './answer-types.js';
export * from './cause-types.js';
export * from './held-types.js';
export type { AnswerOf, Answers } from './answers.js';
export * from './api-client.js';
export type * from './gen/calls.js';
