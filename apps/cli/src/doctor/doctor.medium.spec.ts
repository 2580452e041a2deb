import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../program.js';
import { FakeControlPlane, type Answer } from '../test-support/fake-control-plane.js';
import { governedTarget } from './governed-address.js';

interface Report {
  ok: boolean;
  checks: { check: string; state: string; findings: { code: string; what: string; fix: string }[] }[];
}

describe('holdshort doctor, against parts that say what is wrong', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdshort-doctor-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function examine(env: Record<string, string>): Promise<{ code: number; report: Report }> {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
    const own = {
      HOME: folder,
      PATH: process.env.PATH,
      HOLDSHORT_EGRESS_PROBES: '127.0.0.1:1',
      GIT_CEILING_DIRECTORIES: tmpdir(),
    };
    const code = await runCli({ args: ['doctor', '--json'], env: { ...own, ...env }, cwd: folder, terminal });
    return { code, report: JSON.parse(out.join('\n')) as Report };
  }

  async function against(answers: Record<string, () => Answer>) {
    const server = new FakeControlPlane(answers);
    const url = await server.start();
    try {
      return await examine({ HOLDSHORT_CONTROL_PLANE_URL: url, HOLDSHORT_AGENT_ADMIN: url, HOLDSHORT_TOKEN: 'hst_x' });
    } finally {
      await server.stop();
    }
  }

  const codes = ({ report }: { report: Report }): string[] =>
    report.checks.flatMap(({ findings }) => findings.map(({ code }) => code));

  it('says that no control plane is known, and still looks at the rest', async () => {
    writeFileSync(join(folder, '.npmrc'), `//npm.pkg.github.com/:_authToken=ghp_${'a1'.repeat(18)}\n`);
    const examined = await examine({ HOLDSHORT_DEV_FILE: join(folder, 'none.json') });
    expect(examined.code).toBe(1);
    expect(codes(examined)).toEqual(['stack_unknown', 'token_in_file']);
  });

  it('names what a control plane lacks', async () => {
    const examined = await against({
      'GET /readyz': () => [503, { status: 'unavailable', checks: { database: false, signals: true, audit: false } }],
      'GET /api/v1/auth/me': () => [200, {}],
    });
    const findings = examined.report.checks.find(({ check }) => check === 'control plane')?.findings ?? [];
    expect(findings).toMatchObject([{ code: 'control_plane_not_ready' }]);
    expect(findings[0]?.what).toContain('answers 503: database, audit.');
  });

  it('warns of records that are late, and says nothing of those under way', async () => {
    const late = { pending: 3, oldestPendingMs: 90_000, state: 'ok', publisher: { kind: 'kafka', connected: true } };
    const trail = async (audit: object) => {
      const examined = await against({ 'GET /readyz': () => [200, { control_plane: true, audit }] });
      return examined.report.checks.find(({ check }) => check === 'audit trail');
    };
    expect(await trail(late)).toMatchObject({ state: 'warning', findings: [{ code: 'trail_not_delivered' }, {}] });
    expect((await trail(late))?.findings[0]?.what).toContain('3 records that Kafka has not taken, the oldest for 90 s');
    expect(await trail({ ...late, oldestPendingMs: 50 })).toMatchObject({ state: 'ok', findings: [] });
    expect(await trail({ ...late, state: 'failed' })).toMatchObject({ state: 'error' });
  });
});

describe('addresses of git', () => {
  it.each([
    ['git@github.com:acme/app.git', 'ssh', 'acme/app.git', false],
    ['github.com:acme/app', 'ssh', 'acme/app', false],
    ['ssh://git@ssh.github.com:443/acme/app.git', 'ssh', 'acme/app.git', false],
    ['git://github.com/acme/app', 'git', 'acme/app', false],
    ['http://x:secret@github.com/acme/app', 'http', 'acme/app', false],
    ['https://ghes.corp.example/acme/app', 'https', 'acme/app', true],
  ])('%s', (url, scheme, path, throughAgent) => {
    const target = governedTarget(url, ['ghes.corp.example']);
    expect(target).toMatchObject({ scheme, path, throughAgent });
    expect(target?.shown).not.toContain('secret');
  });

  it.each(['/srv/git/app.git', '../app', 'https://gitlab.example/acme/app', 'git@notgithub.com:acme/app', ''])(
    '%s is nobody’s here',
    (url) => {
      expect(governedTarget(url, [])).toBeUndefined();
    },
  );
});
