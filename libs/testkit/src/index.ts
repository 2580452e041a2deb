export * from './describe-with-kafka.js';
