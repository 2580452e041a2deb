export * from './settings.js';
export * from './changed-settings.js';
export * from './agent-process.js';
