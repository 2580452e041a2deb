import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { said } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

interface IssuedToken {
  sha256: string;
  repositories: string[];
  permissions: Record<string, string>;
  revoked: boolean;
}

const PATIENCE = { withinMs: 20_000, everyMs: 100 };

describe('leases', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam', 'carol');
  }, 180_000);
  afterAll(() => stack.stop());

  const tokens = async (): Promise<IssuedToken[]> => {
    const answer = (await stack.control('GET', '/tokens')) as IssuedToken[] | { tokens: IssuedToken[] };
    return Array.isArray(answer) ? answer : answer.tokens;
  };

  it('of a push name one repository and contents: write, and end with the session', async () => {
    const since = await stack.lastRequest();
    const ran = await stack.script(
      'alice',
      'git clone -q https://github.com/acme/app.git leased && cd leased && git config user.email a@b && git config user.name a && git checkout -q -b topic/lease && git commit -q --allow-empty -m l && git push -q origin topic/lease',
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
    const pushed = (await stack.requests(since)).find(
      ({ method, path }) => method === 'POST' && path.endsWith('/git-receive-pack'),
    );
    const used = (await tokens()).find(({ sha256 }) => sha256 === pushed?.authorization_sha256);
    expect(used?.repositories.map((name) => name.split('/').at(-1))).toEqual(['app']);
    expect(used?.permissions).toEqual({ contents: 'write', metadata: 'read' });

    // `holdshort run` closes the session at exit; revocation is asynchronous
    for (
      let tries = 0;
      tries < 100 && !(await tokens()).every(({ sha256, revoked }) => revoked || sha256 !== used?.sha256);
      tries += 1
    )
      await delay(100);
    const after = (await tokens()).find(({ sha256 }) => sha256 === used?.sha256);
    expect(after?.revoked).toBe(true);

    const events = await stack.events((all) => all.some(({ type }) => type === 'lease.revoked'));
    const outcome = calls(events).find(
      ({ phase, push }) => phase === 'outcome' && push?.[0]?.ref === 'refs/heads/topic/lease',
    );
    expect(outcome?.lease?.token_sha256_b64).toBe(Buffer.from(used?.sha256 ?? '', 'hex').toString('base64'));
  });

  it('of a read cannot write', async () => {
    const since = await stack.lastRequest();
    await stack.git('alice', ['ls-remote', 'https://github.com/acme/app.git']);
    const read = (await stack.requests(since)).find(({ path }) => path.endsWith('/info/refs'));
    const used = (await tokens()).find(({ sha256 }) => sha256 === read?.authorization_sha256);
    expect(used?.permissions).toEqual({ contents: 'read', metadata: 'read' });
  });

  it('of a session that goes on are others once another policy is in force, and the older ones are revoked', async () => {
    const policy = async (...args: string[]): Promise<string> => {
      const ran = await stack.holdshort('carol', ['policy', ...args], { cwd: stack.dir });
      expect(said(ran)).toBe('ok');
      return ran.stdout;
    };
    await policy('init', '--starter', 'strict');
    const { version } = JSON.parse(await policy('apply', '--json')) as { version: string };
    const since = await stack.lastRequest();
    const activated = stack.workFile('activated');
    const read = 'curl -sf -o /dev/null https://api.github.com/repos/acme/app/commits/main';
    const reading = stack.script('alice', `${read}; until [ -e ${activated} ]; do sleep 0.1; done; ${read}`);
    const leases = async (): Promise<IssuedToken[]> => {
      const asked = (await stack.requests(since)).filter(({ path }) => path.endsWith('/commits/main'));
      const used = new Set(asked.map(({ authorization_sha256: sha256 }) => sha256));
      return (await tokens()).filter(({ sha256 }) => used.has(sha256));
    };
    await until(async () => (await leases()).length === 1, PATIENCE);
    await policy('activate', version, '--reason', 'test', '--at-once');
    await until(async () => (await leases()).every(({ revoked }) => revoked), PATIENCE);
    await writeFile(activated, '');
    expect(said(await reading)).toBe('ok');
    const used = await leases();
    expect(used).toHaveLength(2);
    expect(used.filter(({ revoked }) => revoked).length).toBeGreaterThan(0);
    await policy('rollback', '--reason', 'end of the test');
  });
});
