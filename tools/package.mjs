// The package that workspaces install: `holdshort` and the agent, each bundled, in one tarball for `npm install`. Needs a build.
//   node tools/package.mjs [FOLDER]      writes FOLDER/holdshort-VERSION.tgz (default: dist) and prints its path
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const AGENT_FILES = ['agent.mjs', 'msk-signer.mjs', 'tracing.mjs'];
/** Outside the command line's bundle (apps/cli/build.mjs). */
const CEDAR = '@cedar-policy/cedar-wasm';

const { version, engines, license } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const cedarRoot = path.join(ROOT, 'node_modules', CEDAR);

function copyBuilt(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is missing; run npm run build`);
  cpSync(from, to, { recursive: true });
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
  copyBuilt(path.join(ROOT, 'apps/cli/dist/bundle'), lib);
  for (const name of AGENT_FILES) copyBuilt(path.join(ROOT, 'apps/agent/dist', name), path.join(lib, name));
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
