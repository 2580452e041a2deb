import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { parseStat, processChain, scriptOf } from './process-chain.js';

describe('parseStat', () => {
  it('reads a name with parentheses and blanks in it', () => {
    const rest = Array.from({ length: 30 }, (_, n) => String(n + 100));
    rest[0] = 'S';
    rest[1] = '77';
    rest[19] = '918273';
    expect(parseStat(`42 (a) b (c) ${rest.join(' ')}\n`)).toEqual({ name: 'a) b (c', parent: 77, started: 918273 });
  });

  it.each(['', '42', '42 (x)', '42 (x) S y'])('refuses %j', (text) => {
    expect(parseStat(text)).toBeUndefined();
  });
});

it.each([
  [['bash', '-c', 'git push'], 'git push'],
  [['/bin/sh', '-e', '-lc', 'git push', 'name'], 'git push'],
  [['bash', 'script.sh'], undefined],
  [['git', '-c', 'a=b'], undefined],
  [[], undefined],
])('the script of %j', (words, expected) => {
  expect(scriptOf(words)).toBe(expected);
});

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('processChain', () => {
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  it('leads from a process to this one, with digests where there were texts', async () => {
    const script = 'read line; exit 0 # a secret';
    const env = { ...process.env, HOLDSHORT_SESSION_CREDENTIAL: 'x', CODEX_TOOL_CALL_ID: 'call_1' };
    child = spawn('bash', ['-c', script], { env, stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    // the kernel has the new program's command line a moment after the fork
    let chain = await processChain(String(child.pid));
    while (chain?.chain[0]?.name !== 'bash') chain = await processChain(String(child.pid));
    expect(chain.chain[0]).toMatchObject({
      pid: child.pid,
      name: 'bash',
      script_sha256: createHash('sha256').update(script).digest('hex'),
    });
    expect(chain.tool_call_id).toBe('call_1');
    expect(chain.chain.some(({ pid }) => pid === process.pid)).toBe(true);
    expect(chain.whole).toBe(true);
    expect(JSON.stringify(chain)).not.toContain('secret');
  });

  it('is not whole outside of a session, and not there for a process that ended', async () => {
    expect((await processChain(String(process.pid)))?.whole).toBe(false);
    expect(await processChain('999999999')).toBeUndefined();
  });
});
