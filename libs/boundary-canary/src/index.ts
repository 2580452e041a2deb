// A pure library that imports a Node library: the boundary rule must report this line, or it checks nothing.
export { createLogger } from '@holdshort/telemetry';
