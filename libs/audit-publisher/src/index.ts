export * from './audit-trail.js';
export { openAuditTrail, type AuditTrailOptions } from './open-audit-trail.js';
export { openSegmentFile, type OpenSegmentFile, type SegmentFile } from './spool/segment-file.js';
