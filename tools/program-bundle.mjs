// What the bundles of the agent and the command line have in common (apps/*/build.mjs).
import { spawnSync } from 'node:child_process';
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
