export * from './free-port.js';
export * from './guard-process.js';
export * from './identity-people.js';
export * from './identity-provider.js';
export * from './postgres.js';
export * from './supervise.js';
export * from './kafka.js';
