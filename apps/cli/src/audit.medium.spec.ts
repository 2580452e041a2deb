import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent, EventDraft } from '@holdshort/audit-events';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { sealAll } from './test-support/cli-trail.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

const draft = (phase: EventDraft['phase'], call: string): EventDraft => ({
  ...{ type: 'call.write', phase, correlation_id: call, human: { sub: 'dev-alice', login: 'alice', idp: 'x' } },
  push: [{ ref: 'refs/heads/topic\u001b[2J', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create' }],
});

/** Two calls, attempt and outcome each, of one real chain. */
const calls = (): AuditEvent[] =>
  sealAll([draft('attempt', 'one'), draft('attempt', 'two'), draft('outcome', 'one'), draft('outcome', 'two')], {
    isMadeSafe: false,
  });

describe('holdshort audit', () => {
  let home: string;
  let events: AuditEvent[];
  let controlPlane: FakeControlPlane;
  let url: string;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'holdshort-audit-'));
    events = calls();
    // Pages of two, so that reading on is part of what is tested.
    controlPlane = new FakeControlPlane({
      'GET /api/v1/audit/events': (_, query) => {
        const from = Number(query.get('after') ?? 0);
        if (query.get('order') === 'desc')
          return [200, { items: [...events].reverse().slice(0, Number(query.get('limit'))), next: null }];
        return [200, { items: events.slice(from, from + 2), next: from + 2 < events.length ? String(from + 2) : null }];
      },
    });
    url = await controlPlane.start();
    new SignIns(home).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'dave' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function audit(...args: string[]): Promise<{ code: number; out: string[] }> {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
    const env = { HOLDSHORT_HOME: home, HOLDSHORT_CONTROL_PLANE_URL: url };
    const code = await runCli({ args: ['audit', ...args], env, cwd: '/', terminal });
    return { code, out };
  }

  it('search reads page after page up to its limit; tail shows the newest, oldest first', async () => {
    expect(
      (await audit('search', '--limit', '3', '--json')).out.map((line) => (JSON.parse(line) as AuditEvent).seq),
    ).toEqual([1, 2, 3]);
    expect(
      (await audit('tail', '--limit', '2', '--json')).out.map((line) => (JSON.parse(line) as AuditEvent).seq),
    ).toEqual([3, 4]);
  });

  it('shows names of others without letting them command the terminal', async () => {
    const { out } = await audit('search', '--limit', '1');
    expect(out[0]).toContain('refs/heads/topic\\u001b[2J 000000000000..aaaaaaaaaaaa');
    expect(out[0]).not.toContain('\u001b');
  });
});
