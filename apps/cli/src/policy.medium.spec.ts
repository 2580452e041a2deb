import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

// loaded on demand, as the commands do
const { starterSet, STARTERS, versionOf } = await import('@holdshort/policy');

const summary = (version: string, state: string) => ({
  ...{ version, name: 'balanced', state, note: '', author: 'carol', reviewer: null, cases: 1, starter: null },
  ...{ created_at: '2026-11-18T10:00:00Z', activated_at: null, newer_starter: null },
});

describe('holdshort policy', () => {
  let dir: string;
  let url: string;
  let controlPlane: FakeControlPlane;
  const report = {
    ...{ decisions: 9, judged: 8, skipped: 1, distinct: 3, flips: 2, seconds: 0.1, by_actor: [], by_repository: [] },
    by_change: [{ name: 'allow -> deny', flips: 2 }],
    by_policy: [{ name: 'deny-\u001b[2Jsecrets', flips: 2 }],
    samples: [],
  };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-policy-'));
    let polls = 0;
    const simulation = { id: 'sim_1', version: 'sha256:1', from: 'a', to: 'b', error: null };
    controlPlane = new FakeControlPlane({
      'POST /api/v1/policies': () => [201, summary('sha256:1', 'draft')],
      'POST /api/v1/policies/sha256%3A1/activate': () => [200, summary('sha256:1', 'active')],
      'POST /api/v1/simulations': () => [202, { ...simulation, state: 'running', report: null }],
      'GET /api/v1/simulations/sim_1': () => [
        200,
        ++polls < 2 ? { ...simulation, state: 'running', report: null } : { ...simulation, state: 'done', report },
      ],
      'GET /api/v1/policies/active': () => {
        const { access, obligations, cases } = starterSet('balanced');
        const source = { access, obligations, zone: 'UTC', observe: [], repository_sets: {}, cases };
        return [200, { ...summary('sha256:0', 'active'), source }];
      },
    });
    url = await controlPlane.start();
    new SignIns(dir).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'carol' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function policy(...args: string[]): Promise<{ code: number; text: string }> {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
    const env = { HOLDSHORT_HOME: dir, HOLDSHORT_CONTROL_PLANE_URL: url };
    const code = await runCli({ args: ['policy', ...args], env, cwd: dir, terminal });
    return { code, text: out.join('\n') };
  }
  const edit = (file: string, change: (text: string) => string): void => {
    writeFileSync(join(dir, 'policy', file), change(readFileSync(join(dir, 'policy', file), 'utf8')));
  };

  it.each(Object.keys(STARTERS))(
    'writes the starter set %s as a folder that can be read and passes its cases',
    async (name) => {
      expect((await policy('init', '--starter', name, '--org', 'Initech', '--engineers', 'dev')).code).toBe(0);
      expect(await policy('validate')).toMatchObject({
        code: 0,
        text: expect.stringContaining('can be read') as string,
      });
      expect(await policy('test')).toMatchObject({
        code: 0,
        text: expect.stringMatching(/^\n?(\d+) of \1 cases pass/) as string,
      });
      expect((await policy('init', '--starter', name)).text).toContain('holds a policy already');
    },
  );

  it('is the very set: the version of the folder is that of the starter set', async () => {
    await policy('init', '--starter', 'balanced');
    const { text } = await policy('validate', '--json');
    expect(JSON.parse(text)).toMatchObject({ valid: true, version: versionOf(starterSet('balanced')), problems: [] });
    expect(await policy('diff', 'policy', '--exit-code')).toMatchObject({ code: 0, text: 'No difference.' });
  });

  it('names file and line of what is wrong, in whichever file it is', async () => {
    await policy('init', '--starter', 'balanced');
    writeFileSync(join(dir, 'policy/access/zz.cedar'), '// ours\n\n@id("x") forbid (principal, action, resource);\n');
    expect(await policy('validate')).toEqual({
      code: 1,
      text: 'policy/access/zz.cedar:3: x: A forbid needs @message: say what to do instead.',
    });
    writeFileSync(join(dir, 'policy/access/zz.cedar'), '\n@id("x") permit (principal, action, resource)\n');
    expect((await policy('test')).text).toMatch(/^policy\/access\/zz\.cedar:\d+: access: unexpected end of input/);
    expect((await policy('apply')).code).toBe(1);
    expect(controlPlane.calls).toEqual([]);
  });

  it('names file and line of a case that fails, cannot be read or comes twice', async () => {
    await policy('init', '--starter', 'balanced');
    edit('cases/main.json', (text) => text.replace('"effect": "allow"', '"effect": "deny"'));
    const failed = await policy('test');
    expect(failed.code).toBe(1);
    expect(failed.text).toContain(
      'policy/cases/main.json:3: an assistant reads a repository: expected deny by eng-read, got allow by eng-read',
    );
    edit('cases/main.json', (text) => text.replace('"action": "repo.read"', '"action": "repo.raed"'));
    expect((await policy('validate')).text).toContain(
      'policy/cases/main.json:3: an assistant reads a repository: action has a value that a case cannot have.',
    );
    writeFileSync(join(dir, 'policy/cases/two.json'), '[\n  {,\n]');
    expect((await policy('validate')).text).toContain('policy/cases/two.json:2: This is no JSON');
  });

  it('refuses what the manifest does not know', async () => {
    await policy('init', '--starter', 'balanced');
    edit('policy.json', (text) => text.replace('"zone": "UTC"', '"tiem_zone": "UTC"'));
    expect(await policy('validate')).toEqual({ code: 1, text: 'policy/policy.json:4: tiem_zone is not known here.' });
    edit('policy.json', (text) => text.replace('"tiem_zone": "UTC"', '"zone": "Mars"'));
    expect((await policy('validate')).text).toContain('Mars is not a time zone');
    edit('policy.json', (text) => text.replace('"schema_version": 1', '"schema_version": 2'));
    expect((await policy('validate')).text).toContain('schema_version must be 1; this release reads no other');
    expect(await policy('validate', 'nowhere')).toMatchObject({ code: 1 });
  });

  it('stores and activates with what the folder says of its origin', async () => {
    await policy('init', '--starter', 'observe-only');
    const applied = await policy('apply', '--activate', '--reason', 'first', '--note', 'n');
    expect(applied).toEqual({ code: 0, text: 'sha256:1 (balanced) is active.' });
    expect(controlPlane.calls.map(({ call, body }) => [call, body])).toEqual([
      [
        'POST /api/v1/policies',
        expect.objectContaining({ observe: ['*'], zone: 'UTC', note: 'n', starter: 'observe-only', starter_names: {} }),
      ],
      ['POST /api/v1/policies/sha256%3A1/activate', { reason: 'first' }],
    ]);
    expect((await policy('apply', '--starter', 'strict')).text).toContain('is draft');
    expect(controlPlane.calls.at(-1)?.body).toMatchObject({ name: 'strict', starter: 'strict' });
  });

  it('shows what a folder would change', async () => {
    await policy('init', '--starter', 'balanced');
    edit('access/main.cedar', (text) => text.replace('"refs/tags/*"', '"refs/tags/v*"'));
    const { code, text } = await policy('diff', '--exit-code');
    expect(code).toBe(1);
    expect(text).toContain('access: eng-tags');
    expect(text).toContain('+ when { context.push.ref like "refs/tags/v*" };');
  });

  it('waits for a simulation, prints names as they are, and fails over the number that is allowed', async () => {
    const { code, text } = await policy('simulate', 'sha256:1', '--since', '24h', '--max-flips', '1');
    expect(code).toBe(1);
    expect(text).toContain('2 of 8 calls from a to b would be decided otherwise by sha256:1');
    expect(text).toContain('2  deny-\\u001b[2Jsecrets');
    expect((await policy('simulate', 'sha256:1', '--max-flips', '2')).code).toBe(0);
  });

  it.each([
    [['simulate', 'sha256:1', '--since', 'yesterday']],
    [['review', 'sha256:1']],
    [['review', 'sha256:1', '--approve', '--reject']],
    [['init']],
    [['break-glass', 'ses_1', '--reason', 'x', '--minutes', 'long']],
  ])('answers %j with 2', async (args) => {
    expect((await policy(...args)).code).toBe(2);
  });
});
