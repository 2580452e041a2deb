import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { scanText } from './scan-text.js';

export const about =
  'Secret scan: source of packages, one core, against secretlint and its recommended rules on the same files.';

interface Measured {
  name: string;
  value: number;
  unit: string;
  min?: number;
  max?: number;
  target?: string;
}

interface Source {
  path: string;
  content: Buffer;
}

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const TREES = ['rxjs', 'zod', 'eslint', '@babel', 'typeorm', '@nestjs', 'undici', 'kafkajs', 'prettier', 'vite'];
const TEXT = /\.(?:[cm]?[jt]s|json|md)$/;
/** secretlint's expressions slow down on larger files; Holdshort's do not. */
const FILE_MOST = 400_000;

function sources(bytesMost: number): Source[] {
  const files = TREES.filter((tree) => existsSync(join(MODULES, tree))).flatMap((tree) =>
    readdirSync(join(MODULES, tree), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && TEXT.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const read: Source[] = [];
  let bytes = 0;
  for (const path of files) {
    if (bytes >= bytesMost) break;
    if (statSync(path).size > FILE_MOST) continue;
    const content = readFileSync(path);
    bytes += content.length;
    read.push({ path, content });
  }
  return read;
}

const secretlint = (path: string, content: string): Promise<unknown> =>
  lintSource({
    source: { content, filePath: path, ext: path.slice(path.lastIndexOf('.')), contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] },
      noPhysicFilePath: true,
    },
  });

async function perSecond(megabytes: number, work: () => Promise<void> | void): Promise<number> {
  const started = performance.now();
  await work();
  return megabytes / ((performance.now() - started) / 1000);
}

function spread(name: string, unit: string, values: readonly number[], target?: string): Measured {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    name,
    unit,
    value: sorted[sorted.length >> 1] ?? 0,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    ...(target === undefined ? {} : { target }),
  };
}

export async function bench({ quick }: { quick: boolean }): Promise<Measured[]> {
  const files = sources(quick ? 4e6 : 20e6);
  const texts = files.map(({ path, content }) => ({ path, text: content.toString('utf8') }));
  const megabytes = files.reduce((sum, { content }) => sum + content.length, 0) / 1e6;
  const ours = (): void => {
    for (const { path, content } of files) scanText(content, path);
  };
  const theirs = async (): Promise<void> => {
    for (const { path, text } of texts) await secretlint(path, text);
  };
  ours();
  const scanned: number[] = [];
  const linted: number[] = [];
  for (let round = 0; round < (quick ? 3 : 7); round++) {
    scanned.push(await perSecond(megabytes, ours));
    linted.push(await perSecond(megabytes, theirs));
  }
  const ratios = scanned.map((value, round) => value / (linted[round] ?? Number.NaN));
  process.stdout.write(`${files.length} files, ${megabytes.toFixed(1)} MB\n`);
  return [
    spread('secret scan', 'MB/s', scanned, 'over 60'),
    spread('secretlint, recommended rules', 'MB/s', linted),
    spread('secret scan, times secretlint', 'x', ratios, 'over 2'),
  ];
}
