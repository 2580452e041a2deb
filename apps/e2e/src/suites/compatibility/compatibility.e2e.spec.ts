import { said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';
import { buildVersion, hasCommit } from './build-version.js';
import { PREVIOUS_VERSIONS } from './previous-versions.js';

const CLONE = 'git clone -q https://github.com/acme/app.git . && git config user.email a@b && git config user.name a';
const PARTS = [
  { old: 'agent', title: 'its agent works with the control plane of today' },
  { old: 'control-plane', title: 'its control plane works with the agent of today, on the migrated database' },
] as const;

const built = PREVIOUS_VERSIONS.filter(({ commit }) => hasCommit(commit));
for (const { name, commit } of PREVIOUS_VERSIONS.filter((version) => !built.includes(version)))
  describe.skip(`version ${name}: SKIPPED, the history of this checkout has no commit ${commit}`, () => {
    it('needs the whole history: git fetch --unshallow', () => undefined);
  });

describe.each(built)('version $name', ({ commit }) => {
  let root: string;
  let stack: Stack;

  beforeAll(() => {
    root = buildVersion(commit);
  }, 600_000);
  beforeEach(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
  }, 240_000);
  afterEach(() => stack.stop());

  const pushes = (folder: string, script: string): Promise<Ran> =>
    stack.script('alice', `mkdir ${folder} && cd ${folder} && ${CLONE} && ${script}`, { cwd: stack.dir });

  it.each(PARTS)(
    '$title',
    async ({ old }) => {
      stack.kill(old, 'SIGTERM');
      await stack.restart(old, {}, root);
      await connected();

      const allowed = await pushes('a', 'git commit -q --allow-empty -m a && git push -q origin HEAD:topic/old');
      expect(said(allowed)).toBe('ok');

      const refused = await pushes('r', 'git commit -q --allow-empty -m r && git push -q origin HEAD:main');
      expect(refused.code).not.toBe(0);
      expect(refused.text).toContain('rejected');

      const held = pushes(
        'h',
        'mkdir -p .github/workflows && echo "on: push" > .github/workflows/new.yml && git add . && git commit -qm h && git push -q origin HEAD:topic/held',
      );
      await approveOne();
      expect(said(await held)).toBe('ok');

      const refs = await stack.refs('acme/app');
      expect(refs).toHaveProperty('refs/heads/topic/old');
      expect(refs).toHaveProperty('refs/heads/topic/held');
      const events = await stack.events(
        (all) =>
          all.filter(({ type, phase, push }) => type === 'call.write' && phase === 'outcome' && push).length === 3,
      );
      const attempts = events.filter(({ type, phase }) => type === 'call.write' && phase === 'attempt');
      expect(attempts.length).toBeGreaterThanOrEqual(3);
      if (old === 'control-plane') {
        stack.kill(old, 'SIGTERM');
        await stack.restart(old);
      }
      // what an earlier version could not sign stands unsigned, and whole
      const verified = await stack.holdshort('sam', ['audit', 'verify', '--json']);
      expect(said(verified)).toBe('ok');
    },
    240_000,
  );

  /** The agent tries again for 5 s at most. */
  async function connected(): Promise<void> {
    for (let tries = 0; tries < 30; tries += 1) {
      if ((await stack.git('alice', ['ls-remote', '-q', 'https://github.com/acme/app.git'])).code === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('agent and control plane do not come together');
  }

  /** Waits until a push is held, and lets it pass. */
  async function approveOne(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const listed = await stack.holdshort('sam', ['approval', 'list', '--json']);
      const [first] = listed.code === 0 ? idsIn(listed.stdout) : [];
      if (first !== undefined) {
        const ran = await stack.holdshort('sam', ['approval', 'approve', first, '--reason', 'looked at it']);
        expect(said(ran)).toBe('ok');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('no push was held');
  }
});

/** Ids of what is listed, as one JSON value or a line for each. */
const idsIn = (text: string): string[] => [...text.matchAll(/"id":\s*"([^"]+)"/g)].flatMap(([, id]) => id ?? []);
