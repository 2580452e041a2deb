import { spawnSync } from 'node:child_process';
import { Harness } from './testing/harness.js';

const hasGh = spawnSync('gh', ['--version']).status === 0;
if (!hasGh) console.warn('gh is not installed: the tests with the GitHub CLI are skipped');

// Contract: the GitHub CLI works on repositories, pull requests and issues as it does with GitHub.
(hasGh ? describe : describe.skip)('the stand-in, used by gh', () => {
  let harness: Harness;
  let token: string;
  let clone: string;

  beforeAll(async () => {
    harness = await Harness.start();
    token = await harness.token();
    clone = await harness.clone('acme/app', token, 'clone');
    await harness.git(clone, 'remote', 'set-url', 'origin', 'https://github.com/acme/app.git');
    await harness.git(clone, 'checkout', '-q', '-b', 'topic');
    await harness.commit(clone, { 'src/new.js': 'export {};\n' }, 'Add a module');
    await harness.git(clone, 'push', '-q', harness.remote('acme/app', token), 'topic');
  });

  afterAll(() => harness.close());

  const gh = async (...args: string[]): Promise<string> => {
    const ran = await harness.gh(clone, token, ...args);
    if (ran.status !== 0) throw new Error(`gh ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };

  it('views a repository', async () => {
    expect(await gh('repo', 'view', 'acme/app')).toContain('The service that everybody works on.');
    expect(JSON.parse(await gh('repo', 'view', 'acme/app', '--json', 'name,isPrivate,defaultBranchRef'))).toEqual({
      defaultBranchRef: { name: 'main' },
      isPrivate: true,
      name: 'app',
    });
  });

  it('calls REST and GraphQL', async () => {
    expect(await gh('api', 'repos/acme/app', '--jq', '.full_name')).toBe('acme/app\n');
    expect(await gh('api', 'graphql', '-f', 'query={viewer{login}}', '--jq', '.data.viewer.login')).toBe(
      'holdshort[bot]\n',
    );
  });

  it('creates, lists, views, comments and merges a pull request', async () => {
    const url = await gh(
      'pr',
      'create',
      '-R',
      'acme/app',
      '-H',
      'topic',
      '-B',
      'main',
      '-t',
      'A module',
      '-b',
      'Because.',
    );
    expect(url).toBe('https://github.com/acme/app/pull/1\n');
    expect(await gh('pr', 'list', '-R', 'acme/app')).toContain('1\tA module\ttopic\tOPEN');
    expect(await gh('pr', 'view', '1', '-R', 'acme/app')).toContain('additions:\t1');
    expect(await gh('pr', 'diff', '1', '-R', 'acme/app')).toContain('+export {};');
    expect(await gh('pr', 'comment', '1', '-R', 'acme/app', '-b', 'Good.')).toContain('#issuecomment-');
    expect(await gh('pr', 'status', '-R', 'acme/app')).toContain('A module');
    await gh('pr', 'merge', '1', '-R', 'acme/app', '--merge', '--delete-branch');
    const refs = await harness.control<Record<string, string>>('GET', '/refs/acme/app');
    expect(refs['refs/heads/topic']).toBeUndefined();
    expect(await gh('api', `repos/acme/app/commits/${refs['refs/heads/main'] ?? ''}`, '--jq', '.commit.message')).toBe(
      'Merge pull request #1 from acme/topic\n\nA module\n',
    );
  });

  it('creates, lists, views and closes an issue', async () => {
    const url = await gh('issue', 'create', '-R', 'acme/app', '-t', 'It is slow', '-b', 'Very.', '-l', 'bug');
    const number = url.trim().split('/').at(-1) ?? '';
    expect(await gh('issue', 'list', '-R', 'acme/app')).toContain('It is slow\tbug');
    expect(await gh('issue', 'view', number, '-R', 'acme/app')).toContain('Very.');
    await gh('issue', 'close', number, '-R', 'acme/app');
    expect(await gh('issue', 'view', number, '-R', 'acme/app', '--json', 'state', '--jq', '.state')).toBe('CLOSED\n');
  });

  it('closes a pull request, and says why one cannot be opened', async () => {
    await harness.git(clone, 'checkout', '-q', '-b', 'second');
    await harness.commit(clone, { 'second.txt': '2\n' });
    await harness.git(clone, 'push', '-q', harness.remote('acme/app', token), 'second');
    const url = await gh('pr', 'create', '-R', 'acme/app', '-H', 'second', '-B', 'main', '-t', 'Second', '-b', '');
    const again = await harness.gh(
      clone,
      token,
      'pr',
      'create',
      '-R',
      'acme/app',
      '-H',
      'second',
      '-B',
      'main',
      '-t',
      'Second',
      '-b',
      '',
    );
    expect(again.stderr).toContain('already exists');
    await gh('pr', 'close', url.trim());
    expect(await gh('pr', 'view', url.trim(), '--json', 'state', '--jq', '.state')).toBe('CLOSED\n');
  });
});
