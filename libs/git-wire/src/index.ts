export * from './git-protocol-error.js';
export * from './pkt-line.js';
export * from './sideband.js';
export * from './ref-name.js';
export * from './push-command.js';
export * from './receive-pack-advertisement.js';
export * from './receive-pack-request.js';
export * from './report-status.js';
