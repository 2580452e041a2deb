import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GitRepository } from './testing/git-repository.js';
import { PushServer } from './testing/push-server.js';
import { Random } from './testing/random.js';
import { randomHistory } from './testing/random-history.js';

describe.each(['sha1', 'sha256'] as const)('a push of stock git over HTTP, %s', (format) => {
  let client: GitRepository;
  let remote: GitRepository;
  let server: PushServer;
  let url: string;

  beforeEach(async () => {
    client = new GitRepository(format);
    remote = new GitRepository(format);
    remote.git(['config', 'receive.advertisePushOptions', 'true']);
    remote.git(['config', 'receive.denyCurrentBranch', 'ignore']);
    server = new PushServer(join(remote.path, '.git'));
    url = await server.start();
  });

  afterEach(async () => {
    await server.stop();
    client.remove();
    remote.remove();
  });

  /** What git printed; asynchronous, since the server runs in this process. */
  async function push(...args: string[]): Promise<{ failed: boolean; text: string }> {
    const env = { PATH: process.env['PATH'], HOME: client.path, GIT_TERMINAL_PROMPT: '0' };
    const run = promisify(execFile)('git', ['push', ...args], { cwd: client.path, env });
    return run.then(
      ({ stderr }) => ({ failed: false, text: stderr }),
      (error: unknown) => ({ failed: true, text: (error as { stderr: string }).stderr }),
    );
  }

  it('is read into an empty repository, then as a self-contained pack, then as a deletion', async () => {
    const commits = randomHistory(client, new Random(21), 30);
    expect(await push(url, 'c20:refs/heads/main', 'c5:refs/tags/v1')).toMatchObject({ failed: false });
    expect(server.pushes[0]).toMatchObject({
      commands: { objectFormat: format, sideband: 'side-band-64k', reportStatus: 'v2' },
      answer: {
        unpack: 'ok',
        complete: true,
        refs: [
          { ref: 'refs/heads/main', ok: true },
          { ref: 'refs/tags/v1', ok: true },
        ],
      },
    });
    expect(server.pushes[0]?.pack?.objects).toBe(remote.objects().length);
    expect(await push('-f', '-o', 'topic=x', url, 'c30:refs/heads/main')).toMatchObject({ failed: false });
    expect(server.pushes[1]?.commands.pushOptions).toEqual(['topic=x']);
    expect(server.pushes[1]?.pack?.has(commits[29] ?? '')).toBe(true);
    expect(await push(url, ':refs/tags/v1')).toMatchObject({ failed: false });
    expect(server.pushes[2]).toMatchObject({ pack: null, answer: { complete: true } });
    expect(remote.git(['rev-parse', 'main'])).toBe(commits[29]);
  });

  it('of a large body asks by a probe first', async () => {
    writeFileSync(join(client.path, 'large'), randomBytes(3_000_000));
    client.git(['add', '-A']);
    client.git(['commit', '-qm', 'large']);
    expect(await push(url, 'main')).toMatchObject({ failed: false });
    expect([server.probes, server.pushes.length]).toEqual([1, 1]);
    expect(server.pushes[0]?.pack?.bytes).toBeGreaterThan(3_000_000);
  });

  it('of a one-line change in a large file holds the whole file', async () => {
    const text = new Random(22).text(4000);
    for (const line of ['one', 'two']) {
      writeFileSync(join(client.path, 'file'), text + line);
      client.git(['add', '-A']);
      client.git(['commit', '-qm', line]);
      expect(await push(url, 'main')).toMatchObject({ failed: false });
    }
    expect(server.pushes[1]?.pack?.objects).toBe(3);
  });

  it('that is refused shows the reason, exits 1 and changes nothing', async () => {
    randomHistory(client, new Random(23), 3);
    server.refuse = 'holdshort: main is protected';
    const { failed, text } = await push(url, 'c3:refs/heads/main');
    expect(failed).toBe(true);
    expect(text).toContain('! [remote rejected] c3 -> main (holdshort: main is protected)');
    expect(remote.git(['for-each-ref'])).toBe('');
  });
});
