// Types by tsc, then one bundle: it starts in a third of the time that separate modules take.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const tsc = spawnSync(process.execPath, [here('../../node_modules/typescript/bin/tsc'), '-b', here('.')], {
  stdio: 'inherit',
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);

const outdir = here('dist/bundle');
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: { holdshort: here('dist/main.js') },
  outdir,
  outExtension: { '.js': '.mjs' },
  // commands that few need stay in chunks of their own, so that the others start fast
  splitting: true,
  chunkNames: 'holdshort-[hash]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minifyWhitespace: true,
  minifySyntax: true,
  keepNames: true,
  // carries a .wasm file, which a bundle cannot take in
  external: ['@cedar-policy/cedar-wasm/*'],
  logLevel: 'warning',
  // CommonJS packages inside the bundle still ask for `require`
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
});
