import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { execute, said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

describe('people', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam', 'carol');
  }, 180_000);
  afterAll(() => stack.stop());

  const disable = async (login: string): Promise<void> => {
    const answer = await fetch(`${stack.dev.idp}/people/${login}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ disabled: true }),
    });
    expect(answer.status).toBe(204);
  };

  it('an API token does what its scopes say', async () => {
    const made = await stack.holdshort('alice', ['token', 'create', '--name', 'e2e', '--scope', 'sessions:read']);
    const env = { HOLDSHORT_TOKEN: made.stdout.trim() };
    expect(said(await stack.holdshort('nobody', ['session', 'list'], { env }))).toBe('ok');
    const refused = await stack.holdshort('nobody', ['approval', 'list'], { env });
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('scope approvals:read')]);
    expect((await stack.holdshort('alice', ['token', 'list'])).stdout).toMatch(/e2e +sessions:read +20\d\d-/);
  });

  it('a break-glass password signs an administrator in, once', async () => {
    const { command } = stack.dev.processes['control-plane'] ?? {};
    const program = (command?.at(-1) ?? '').replace(/main\.js$/, 'break-glass.js');
    const made = await execute([process.execPath, program, '--reason', 'the provider is away'], {
      env: { HOLDSHORT_DATABASE_URL: stack.dev.database },
    });
    expect(said(made)).toBe('ok');
    const file = stack.workFile('password');
    await writeFile(file, made.stdout);
    expect(said(await stack.holdshort('emergency', ['login', '--break-glass', file]))).toBe('ok');
    expect((await stack.holdshort('emergency', ['admin', 'role', 'list'])).stdout).toMatch(/admins +admin/);
    expect((await stack.holdshort('emergency', ['login', '--break-glass', file])).code).toBe(1);
    const events = await stack.events((all) => all.some(({ type }) => type === 'auth.break_glass_used'));
    expect(events.find(({ type }) => type === 'auth.break_glass_used')?.detail).toMatchObject({
      reason: 'the provider is away',
    });
    await stack.events((all) => all.some(({ type }) => type === 'auth.break_glass_created'));
  });

  it('a disabled person is refused within a minute, by git, REST and the command line', async () => {
    const tries = [
      'git clone -q https://github.com/acme/app.git work && cd work',
      // ends with the first call that is refused; says when
      'while git ls-remote -q origin >/dev/null 2>git.txt; do sleep 1; done; date +%s > refused.txt',
      'curl -s -o rest.json -w "%{http_code}" https://api.github.com/repos/acme/app > rest.txt || true',
    ].join('\n');
    const work = stack.script('alice', tries, { cwd: stack.dir, timeoutMs: 90_000 });
    await delay(8_000); // it has begun to work
    const since = Math.floor(Date.now() / 1000);
    await disable('alice');
    await work;
    const read = (name: string) => execute(['cat', stack.workFile(`work/${name}`)]);
    const took = Number((await read('refused.txt')).stdout) - since;
    expect(took).toBeGreaterThanOrEqual(0);
    expect(took).toBeLessThan(60);
    expect((await read('rest.txt')).stdout).toMatch(/^40[13]$/);
    expect((await stack.holdshort('alice', ['session', 'list'])).code).toBe(1);
    const events = await stack.events((all) => all.some(({ type }) => type === 'auth.identity_ended'), 60_000);
    expect(events.find(({ type }) => type === 'auth.identity_ended')?.human?.login).toBe('alice');
    await stack.events((all) => all.some(({ type }) => type === 'lease.revoked'));
    process.stdout.write(`a disabled person was refused after ${String(took)} s\n`);
  }, 150_000);
});
