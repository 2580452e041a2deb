export * from './operation.js';
export { pathClassesOf } from './path-classes.js';
