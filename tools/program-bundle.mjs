// What the bundles of the agent and the command line have in common (apps/*/build.mjs).
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Compiles a project and what it refers to; ends this process where that fails. @param project its folder */
export function compile(project) {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-b', project], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** esbuild's options for a program that Node starts. */
export const PROGRAM = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  // names stay, so that stack traces can be read without a map, which Node would have to load
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // CommonJS packages inside the bundle still ask for `require`
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
};

/** What esbuild puts before the licences, at the end. */
const LICENCES = '/*! Bundled license information:';

/**
 * Node holds a program's source as long as it runs: with one byte a character where all are ASCII, otherwise with two,
 * which were 3.7 MB more of the agent's memory. Letters in the names of authors are written as escapes.
 * @throws Error where one stands in the code; esbuild leaves them in regular expressions and raw templates only
 */
export function oneByteACharacter(file) {
  const text = readFileSync(file, 'utf8');
  const end = text.lastIndexOf(LICENCES);
  const [code, licences] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end)];
  const found = /.{0,40}[^\0-\x7f]/.exec(code);
  if (found) throw new Error(`${file} has a character that is not ASCII; write it as \\u and four digits: ${found[0]}`);
  const escaped = licences.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(file, code + escaped);
}
