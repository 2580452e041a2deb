export * from './settings.js';
export * from './changed-settings.js';
