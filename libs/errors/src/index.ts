export * from './reason-codes.js';
export * from './holdshort-error.js';
