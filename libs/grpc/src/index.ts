export * from './error-mapping.js';
export * from './server-name.js';
