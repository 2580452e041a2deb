export * from './free-port.js';
export * from './guard-process.js';
export * from './postgres.js';
