import type { Agent } from '@holdshort/api-client';
import { agentState } from './agent-state.js';

const agent: Agent = {
  id: 'agt_1',
  workspace: 'w',
  host: 'h',
  version: '0.1.0',
  enrolled_at: '2026-03-01T09:00:00Z',
  last_seen: '2026-03-01T09:59:00Z',
  certificate_expires: '2026-03-02T09:00:00Z',
  revoked_at: null,
};

it.each([
  [{}, 'live'],
  [{ last_seen: '2026-03-01T09:54:00Z' }, 'silent'],
  [{ last_seen: null }, 'silent'],
  [{ certificate_expires: '2026-03-01T09:59:59Z' }, 'expired'],
  [{ revoked_at: '2026-03-01T09:30:00Z' }, 'revoked'],
] as const)('an agent with %j is %s', (changes, state) => {
  expect(agentState({ ...agent, ...changes }, new Date('2026-03-01T10:00:00Z'))).toBe(state);
});
