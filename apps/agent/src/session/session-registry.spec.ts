import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { SessionRegistry } from './session-registry.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const CREDENTIAL = `ghu_holdshort_${'b'.repeat(32)}`;
const session = (fields: Partial<agentV1.Session> = {}): agentV1.Session =>
  agentV1.Session.fromPartial({
    id: 'ses_1',
    human: { sub: 'alice', login: 'alice', email: 'alice@example.test', idp: 'https://idp.test', groups: ['eng'] },
    assistant: 'copilot',
    expiresAt: new Date(NOW + 3_600_000).toISOString(),
    ...fields,
  });

describe('SessionRegistry', () => {
  let now = NOW;
  let asked = 0;
  const open = (answer: () => Promise<agentV1.Session>): SessionRegistry => {
    now = NOW;
    asked = 0;
    return new SessionRegistry({
      now: () => now,
      resolve: () => {
        asked += 1;
        return answer();
      },
    });
  };

  it('asks once for many calls at once, and again after a minute', async () => {
    const sessions = open(() => Promise.resolve(session()));
    await Promise.all([sessions.find(CREDENTIAL), sessions.find(CREDENTIAL)]);
    expect(asked).toBe(1);
    now = NOW + 60_001;
    await sessions.find(CREDENTIAL);
    expect(asked).toBe(2);
  });

  it('asks again at once after a revocation', async () => {
    const sessions = open(() => Promise.resolve(session()));
    await sessions.find(CREDENTIAL);
    await sessions.revoke('ses_1');
    await sessions.find(CREDENTIAL);
    expect(asked).toBe(2);
  });

  it('refuses an expired session even while it is remembered', async () => {
    const sessions = open(() => Promise.resolve(session({ expiresAt: new Date(NOW + 1000).toISOString() })));
    await sessions.find(CREDENTIAL);
    now = NOW + 1000;
    await expect(sessions.find(CREDENTIAL)).rejects.toMatchObject({ code: 'session_ended' });
  });

  it('remembers an unknown credential shortly, an unreachable control plane not at all', async () => {
    const unknown = open(() => Promise.reject(new HoldshortError('session_unknown', 'no')));
    await expect(unknown.find(CREDENTIAL)).rejects.toMatchObject({ code: 'session_unknown' });
    await expect(unknown.find(CREDENTIAL)).rejects.toMatchObject({ code: 'session_unknown' });
    expect(asked).toBe(1);
    const away = open(() => Promise.reject(new HoldshortError('control_plane_unreachable', 'no')));
    await expect(away.find(CREDENTIAL)).rejects.toMatchObject({ code: 'control_plane_unreachable' });
    await expect(away.find(CREDENTIAL)).rejects.toMatchObject({ code: 'control_plane_unreachable' });
    expect(asked).toBe(2);
  });

  it('refuses a session without an accountable person', async () => {
    const sessions = open(() => Promise.resolve(session({ human: undefined })));
    await expect(sessions.find(CREDENTIAL)).rejects.toMatchObject({ code: 'session_unknown' });
  });
});
