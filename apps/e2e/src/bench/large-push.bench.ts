import { generateKeyPairSync } from 'node:crypto';
import { execute, type Ran } from '../harness/execute.js';
import { Stack } from '../harness/stack.js';
import { git, sessionEnvironment } from './bench-stack.js';
import type { Figure } from './figure.js';
import { commitFiles, generateRepository, randomBytesOf } from './generated-repository.js';
import { seconds } from './interleave.js';
import { peakMb } from './resident-memory.js';

const FILE_MB = 2;
const REPOSITORY_MB = 4;

export const about =
  'One push of 2 GB of random bytes (200 MB in the quick mode) through the agent: once with a private key in its last commit, which is found and refused, once without, which is accepted.';

function* randomFiles(megabytes: number): Iterable<readonly [string, Buffer]> {
  for (let n = 0; n < megabytes / FILE_MB; n += 1)
    yield [`new/${String(n)}.bin`, randomBytesOf(`large ${String(n)}`, FILE_MB * 1_000_000)];
}

const privateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A push that is far larger than the agent's memory is read to its end, with its memory as it was. */
export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const megabytes = quick ? 200 : 2000;
  const stack = await Stack.start();
  try {
    await stack.signIn('alice');
    const env = await sessionEnvironment(stack);
    const dir = await generateRepository(stack, 'large', REPOSITORY_MB);
    await git(dir, ['branch', 'clean', 'main']);
    await commitFiles(dir, 'refs/heads/clean', randomFiles(megabytes));
    await git(dir, ['branch', 'secret', 'clean']);
    await commitFiles(dir, 'refs/heads/secret', { 'zz/key.pem': privateKey() });
    const push = async (branch: string) => {
      const args = [
        '-c',
        'core.compression=0',
        '-c',
        'pack.window=0',
        'push',
        '-q',
        'https://github.com/acme/large.git',
      ];
      let ran: Ran | undefined;
      let time = 0;
      const peak = await peakMb(stack.pidOf('agent'), async () => {
        time = await seconds(async () => {
          ran = await execute(['git', ...args, branch], { cwd: dir, env, timeoutMs: 900_000 });
        });
      });
      return { ran, time, peak };
    };
    const refused = await push('secret');
    if (refused.ran?.code !== 1 || !refused.ran.text.includes('zz/key.pem'))
      throw new Error(`the secret at the end was not found: ${refused.ran?.text ?? ''}`);
    const accepted = await push('clean');
    if (accepted.ran?.code !== 0) throw new Error(`refused: ${accepted.ran?.text ?? ''}`);
    const name = `push of ${String(megabytes)} MB`;
    return [
      { name: `${name}, refused for a secret in its last commit`, value: refused.time, unit: 's' },
      { name: `${name}, accepted`, value: accepted.time, unit: 's' },
      {
        name: `${name}: agent's peak memory`,
        value: Math.max(refused.peak, accepted.peak),
        unit: 'MB',
        target: 'under 150',
      },
    ];
  } finally {
    await stack.stop();
  }
}
