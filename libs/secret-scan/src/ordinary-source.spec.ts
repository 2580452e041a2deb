import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from './finding.js';
import { scanText } from './scan-text.js';

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** Packages whose sources every checkout has: code, types, documentation, tests, minified and generated files. */
const TREES = [
  'typescript',
  '@types/node',
  '@babel',
  'eslint',
  'prettier',
  'rxjs',
  'zod',
  'undici',
  'vite',
  'typeorm',
  'kafkajs',
  'nx',
  'react-dom',
  'jest-circus',
  'express',
  '@mantine',
  '@nestjs',
  'oidc-provider',
  'jose',
  'axios',
  'fast-check',
  'esbuild',
  'pg',
  'lodash',
  '@codemirror',
  '@tanstack',
  '@swc',
];
const TEXT = /\.(?:[cm]?[jt]sx?|json|md|css|html|ya?ml|txt|map|py|sh|c|h)$/;
const MEGABYTES_LEAST = 50;
const MOST_PER_10_MB = 1;

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));

test('fewer than one finding, warnings included, in 10 MB of ordinary source', () => {
  let bytes = 0;
  const found: Finding[] = [];
  const trees = TREES.filter((tree) => existsSync(join(MODULES, tree)));
  for (const file of trees.flatMap((tree) => files(join(MODULES, tree)))) {
    const content = readFileSync(file);
    bytes += content.length;
    found.push(...scanText(content, file.slice(MODULES.length)));
  }
  const blocks = found.filter(({ severity }) => severity === 'block');
  const megabytes = bytes / 1e6;
  process.stdout.write(
    `${megabytes.toFixed(0)} MB of ${trees.length} packages: ${blocks.length} block, ${found.length - blocks.length} warn\n`,
  );
  expect(megabytes).toBeGreaterThan(MEGABYTES_LEAST);
  const shown = found.slice(0, 20).map(({ rule, path, line }) => `${rule} ${path}:${line}`);
  expect(found.length / (megabytes / 10) < MOST_PER_10_MB ? [] : shown).toEqual([]);
}, 300_000);
