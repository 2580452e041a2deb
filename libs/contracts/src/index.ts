export * as agentV1 from './gen/index.holdshort.agent.v1.js';
export * as auditV1 from './gen/index.holdshort.audit.v1.js';
