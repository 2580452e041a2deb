import { Stack } from '../harness/stack.js';
import { directEnvironment, git, sessionEnvironment } from './bench-stack.js';
import { ratios, spread, type Figure } from './figure.js';
import { generateRepository, removeRepository } from './generated-repository.js';
import { interleave, seconds } from './interleave.js';
import { peakMb, residentMb } from './resident-memory.js';

export const about = 'Bare clones of a repository of random bytes, straight from the stand-in and through the agent.';

/** Bare clones of one large repository, direct and through the agent. */
export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  const megabytes = quick ? 170 : 1600;
  try {
    await stack.signIn('alice');
    const idle = await residentMb(stack.pidOf('agent'));
    await removeRepository(await generateRepository(stack, 'cloned', megabytes));
    const clone = (address: string, env: NodeJS.ProcessEnv) => () => cloning(stack, address, env);
    const sides = [
      { name: 'direct', run: clone(stack.dev.github, await directEnvironment(stack)) },
      { name: 'governed', run: clone('https://github.com', await sessionEnvironment(stack)) },
    ];
    let results: Record<string, number[]> = {};
    const peak = await peakMb(stack.pidOf('agent'), async () => {
      results = await interleave(sides, quick ? 3 : 5);
    });
    const speeds = (side: string): number[] => (results[side] ?? []).map((time) => megabytes / time);
    const name = `clone of ${megabytes} MB`;
    return [
      { name: "agent's memory, idle after start", value: idle, unit: 'MB', target: 'under 80' },
      spread(`${name}: direct`, 'MB/s', speeds('direct')),
      spread(`${name}: through the agent`, 'MB/s', speeds('governed')),
      spread(`${name}: of direct`, 'x', ratios(speeds('governed'), speeds('direct')), 'at least 0.9, median'),
      { name: `${name}: agent's peak memory`, value: peak, unit: 'MB', target: 'under 150' },
    ];
  } finally {
    await stack.stop();
  }
}

/** Seconds; removing the copy is not counted. */
async function cloning(stack: Stack, origin: string, env: NodeJS.ProcessEnv): Promise<number> {
  const copy = stack.workFile('copy');
  const time = await seconds(() => git(stack.dir, ['clone', '-q', '--bare', `${origin}/acme/cloned.git`, copy], env));
  await removeRepository(copy);
  return time;
}
