import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

const SECRET = `hsp_${'a'.repeat(40)}`;
const token = (id: string, changes: object = {}) => ({
  ...{ id, name: 'report', scopes: ['audit:read'], created_at: '2026-01-01T00:00:00Z' },
  ...{ expires_at: '2999-01-01T00:00:00Z', last_used_at: null, revoked_at: null },
  ...changes,
});

/** The other side is tested in the control plane; here: what is sent, and what is shown. */
describe('holdshort token and its neighbours', () => {
  let home: string;
  let controlPlane: FakeControlPlane;
  let url: string;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'holdshort-token-'));
    controlPlane = new FakeControlPlane({
      'POST /api/v1/tokens': () => [201, { ...token('tok_1'), token: SECRET }],
      'GET /api/v1/tokens': (_, query) =>
        query.get('cursor') === null
          ? [200, { items: [token('tok_1', { last_used_at: '2026-02-02T00:00:00Z' })], next: 'c' }]
          : [200, { items: [token('tok_2', { revoked_at: '2026-02-03T00:00:00Z' })], next: null }],
      'DELETE /api/v1/tokens/tok_1': () => [200, undefined],
      'GET /api/v1/roles': () => [200, { items: [{ group: 'security', roles: ['approver', 'auditor'] }], next: null }],
      'PUT /api/v1/roles/a%2Fb': () => [200, undefined],
      'POST /api/v1/auth/break-glass': () => [
        200,
        { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'break-glass' } },
      ],
    });
    url = await controlPlane.start();
    new SignIns(home).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'alice' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function run(args: string[], more: NodeJS.ProcessEnv = {}) {
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
    const env = { HOLDSHORT_HOME: home, HOLDSHORT_CONTROL_PLANE_URL: url, ...more };
    const code = await runCli({ args, env, cwd: '/', terminal });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  it('create prints the token alone on stdout, once', async () => {
    const args = ['--name', 'report', '--scope', 'audit:read', '--scope', 'sessions:read', '--days', '7'];
    const { code, out, err } = await run(['token', 'create', ...args]);
    expect({ code, out }).toEqual({ code: 0, out: SECRET });
    expect(err).toBe('Shown once. Good until 2999-01-01T00:00:00Z, for audit:read.');
    expect(controlPlane.calls[0]).toMatchObject({
      authorization: 'Bearer hst_1',
      body: { name: 'report', scopes: ['audit:read', 'sessions:read'], days: 7 },
    });
  });

  it('list shows the last use of live tokens, and those that are over when asked', async () => {
    const live = await run(['token', 'list']);
    expect(live.out).toMatch(/tok_1 +report +audit:read +2026-02-02T00:00:00Z +until 2999/);
    expect(live.out).not.toContain('tok_2');
    expect((await run(['token', 'list', '--all'])).out).toMatch(/tok_2 .* revoked 2026-02-03T00:00:00Z/);
    expect((await run(['token', 'list', '--all', '--json'])).out).not.toContain('hsp_');
  });

  it('revoke names the token', async () => {
    expect(await run(['token', 'revoke', 'tok_1'])).toMatchObject({ code: 0, out: 'Token tok_1 is revoked.' });
  });

  it('a token of the environment, or of a file, takes the place of the sign-in', async () => {
    await run(['token', 'list', '--json'], { HOLDSHORT_TOKEN: SECRET });
    expect(controlPlane.calls.at(-1)?.authorization).toBe(`Bearer ${SECRET}`);
    writeFileSync(join(home, 'pod-token'), 'header.payload.signature\n');
    await run(['token', 'list', '--json'], { HOLDSHORT_TOKEN_FILE: join(home, 'pod-token') });
    expect(controlPlane.calls.at(-1)?.authorization).toBe('Bearer header.payload.signature');
  });

  it('admin role shows and sets the roles of a group', async () => {
    expect((await run(['admin', 'role', 'list'])).out).toMatch(/security +approver auditor/);
    const { out } = await run(['admin', 'role', 'set', 'a/b', 'engineer']);
    expect(out).toBe('Group a/b gives engineer.');
    expect(controlPlane.calls.at(-1)).toMatchObject({ call: 'PUT /api/v1/roles/a%2Fb', body: { roles: ['engineer'] } });
  });

  it('login --break-glass reads the password from a file and keeps the sign-in', async () => {
    const file = join(home, 'password');
    writeFileSync(file, 'hsb_secret\n');
    const { code, out, err } = await run(['login', '--break-glass', file]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('Signed in as break-glass until 2999-01-01T00:00:00Z.');
    expect(controlPlane.calls.at(-1)).toMatchObject({ body: { password: 'hsb_secret' } });
    expect(out).not.toContain('hsb_');
    expect(new SignIns(home).get(url)?.human.login).toBe('break-glass');
  });
});
