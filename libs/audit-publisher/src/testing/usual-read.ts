import type { AuditTrail } from '../index.js';

/** About 1.3 KB sealed: a usual read. */
export const usualRead = (id: string): Parameters<AuditTrail['record']>[0] => ({
  type: 'call.read',
  phase: 'single',
  correlation_id: id,
  session_id: 'ses_0123456789',
  human: { sub: 'alice', login: 'alice', email: 'alice@example.com', idp: 'https://idp.example.com' },
  ai: { tool: 'copilot', session_id: '01890000-0000-7000-8000-000000000000', model: 'a-model' },
  target: { host: 'api.github.com', repo: 'acme/app' },
  request: {
    surface: 'rest',
    operation: 'repos/get',
    class: 'read',
    intents: ['metadata.read'],
    method: 'GET',
    path: '/repos/acme/app',
    user_agent: 'x',
  },
  response: { status: 200, bytes: 2048, duration_ms: 31 },
  decision: { id: 'dec_1', effect: 'allow', rules: ['balanced.read'], policy_version: '1', reason: ['policy_permits'] },
  lease: {
    id: 'lea_1',
    kind: 'installation',
    token_sha256_b64: 'x'.repeat(44),
    permissions: { contents: 'read' },
    expires: '2026-01-01T00:00:00.000Z',
  },
  outcome: 'success',
});
