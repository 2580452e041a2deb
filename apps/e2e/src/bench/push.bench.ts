import { Stack } from '../harness/stack.js';
import { directEnvironment, git, sessionEnvironment } from './bench-stack.js';
import { commitFiles, generateRepository, randomBytesOf, removeRepository } from './generated-repository.js';
import { ratios, spread, type Figure } from './figure.js';
import { interleave, seconds } from './interleave.js';
import { peakMb } from './resident-memory.js';

const SIZES = { small: 4, medium: 170, large: 1600 } as const;
/** Of random bytes. */
const NEW_CONTENT_MB = 70;

/** git's own settings, and those that spare it the work that most of a push of random bytes is made of. */
const AS_INSTALLED: string[] = [];
const UNCOMPRESSED = ['-c', 'core.compression=0', '-c', 'pack.window=0'];

type Environments = Record<'direct' | 'governed', NodeJS.ProcessEnv>;

interface Bench {
  stack: Stack;
  environments: Environments;
}

export const about =
  'One small commit, and 70 MB of new content (with the settings of git as it is installed, and once more without compression), pushed to repositories of three sizes: by git straight to the stand-in with an installation token, and by git in a session through the agent, which reads the pack, looks up at GitHub what the pack does not hold, asks for a decision, and has attempt and outcome on disk.';

/** Pushes of one small commit into repositories of three sizes, and of 70 MB, direct and through the agent. */
export async function bench({ quick = false }: { quick?: boolean } = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  try {
    await stack.signIn('alice');
    const environments = { direct: await directEnvironment(stack), governed: await sessionEnvironment(stack) };
    const at: Bench = { stack, environments };
    const sizes = Object.entries(SIZES).filter(([name]) => !quick || name !== 'large');
    const figures: Figure[] = [];
    for (const [name, megabytes] of sizes) figures.push(...(await pushesInto(at, name, megabytes, quick ? 7 : 25)));
    return figures;
  } finally {
    await stack.stop();
  }
}

const addressOf = ({ stack }: Bench, side: keyof Environments, name: string): string =>
  `${side === 'direct' ? stack.dev.github : 'https://github.com'}/acme/${name}.git`;

interface Pushed {
  /** Repository at the stand-in, and where it is here. */
  name: string;
  dir: string;
  files: (round: number) => Record<string, Buffer | string>;
  settings: readonly string[];
}

/** One side: commits to a branch of its own, then only the push is timed. */
const pushing =
  (at: Bench, { name, dir, files, settings }: Pushed) =>
  (side: keyof Environments) => ({
    name: side,
    run: async (round: number): Promise<number> => {
      const branch = `refs/heads/bench-${side}`;
      await commitFiles(dir, branch, files(round));
      const push = [...settings, 'push', '-q', addressOf(at, side, name), `${branch}:${branch}`];
      return seconds(() => git(dir, push, at.environments[side]));
    },
  });

async function pushesInto(at: Bench, size: string, megabytes: number, rounds: number): Promise<Figure[]> {
  const dir = await generateRepository(at.stack, size, megabytes);
  try {
    for (const side of ['direct', 'governed']) await git(dir, ['branch', `bench-${side}`, 'main']);
    const small = await measure(at, `one small commit, ${size} repository (${megabytes} MB)`, {
      side: pushing(at, { name: size, dir, files: oneLine, settings: AS_INSTALLED }),
      rounds,
      target: 1.2,
    });
    if (size !== 'medium') return small;
    const figures = [...small];
    for (const [how, settings] of [
      ['', AS_INSTALLED],
      [', uncompressed', UNCOMPRESSED],
    ] as const)
      figures.push(
        ...(await measure(at, `${NEW_CONTENT_MB} MB of new content${how}`, {
          side: pushing(at, { name: size, dir, files: newContent, settings }),
          rounds: rounds > 10 ? 5 : 2,
          target: 1.3,
        })),
      );
    return figures;
  } finally {
    await removeRepository(dir);
  }
}

const oneLine = (round: number): Record<string, string> => ({
  'src/area-1/file-1.ts': `export const round = ${round};\n`,
});

const newContent = (round: number): Record<string, Buffer> =>
  Object.fromEntries(
    Array.from({ length: NEW_CONTENT_MB }, (_, n) => [
      `new/${round}/${n}.bin`,
      randomBytesOf(`new ${round} ${n} ${Date.now()}`, 1_000_000),
    ]),
  );

interface Measurement {
  side: (side: keyof Environments) => { name: string; run: (round: number) => Promise<number> };
  rounds: number;
  target: number;
}

async function measure(at: Bench, name: string, { side, rounds, target }: Measurement): Promise<Figure[]> {
  const sides = [side('direct'), side('governed')];
  await interleave(sides, 1);
  let results: Record<string, number[]> = {};
  const peak = await peakMb(at.stack.pidOf('agent'), async () => {
    results = await interleave(sides, rounds);
  });
  const { direct = [], governed = [] } = results;
  return [
    spread(`push, ${name}: direct`, 's', direct),
    spread(`push, ${name}: through the agent`, 's', governed),
    spread(`push, ${name}: of direct`, 'x', ratios(governed, direct), `at most ${target}, median`),
    { name: `push, ${name}: agent's peak memory`, value: peak, unit: 'MB', target: 'under 150' },
  ];
}
