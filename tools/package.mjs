// The package that workspaces install: `holdshort` and the agent, each bundled, in one tarball for `npm install`. Needs a build.
//   node tools/package.mjs [FOLDER]      writes FOLDER/holdshort-VERSION.tgz (default: dist) and prints its path
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..');
const AGENT_FILES = ['agent.mjs', 'msk-signer.mjs', 'tracing.mjs'];
/** Carries a .wasm file, which a bundle cannot take in. */
const CEDAR = '@cedar-policy/cedar-wasm';

const { version, engines, license } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const cedarRoot = path.join(ROOT, 'node_modules', CEDAR);

/** Commands that few need stay in chunks of their own, so that the others start fast. */
const bundleCli = (out) =>
  build({
    entryPoints: { holdshort: path.join(ROOT, 'apps/cli/dist/main.js') },
    outdir: out,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'holdshort-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    external: [`${CEDAR}/*`],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });

function copyAgent(out) {
  for (const name of AGENT_FILES) {
    const file = path.join(ROOT, 'apps/agent/dist', name);
    if (!existsSync(file)) throw new Error(`${file} is missing; run npm run build`);
    cpSync(file, path.join(out, name));
  }
}

function copyCedar(folder) {
  const target = path.join(folder, 'node_modules', CEDAR);
  mkdirSync(target, { recursive: true });
  for (const name of ['package.json', 'nodejs'])
    cpSync(path.join(cedarRoot, name), path.join(target, name), { recursive: true });
}

const manifest = () => ({
  name: 'holdshort',
  version,
  description: 'Holdshort for workspaces: the command line and the agent',
  license,
  type: 'module',
  engines: { node: engines.node },
  bin: { holdshort: 'bin/holdshort.mjs' },
  files: ['bin', 'lib'],
  dependencies: { [CEDAR]: JSON.parse(readFileSync(path.join(cedarRoot, 'package.json'), 'utf8')).version },
  bundleDependencies: [CEDAR],
});

const target = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'));
const folder = mkdtempSync(path.join(tmpdir(), 'holdshort-package-'));
try {
  const lib = path.join(folder, 'lib');
  mkdirSync(path.join(folder, 'bin'));
  await bundleCli(lib);
  copyAgent(lib);
  copyCedar(folder);
  const bin = path.join(folder, 'bin', 'holdshort.mjs');
  writeFileSync(bin, "#!/usr/bin/env node\nimport '../lib/holdshort.mjs';\n");
  chmodSync(bin, 0o755);
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  mkdirSync(target, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', target], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.stdout.write(`${path.join(target, `holdshort-${version}.tgz`)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
