export * from './error-mapping.js';
