import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const BUILDS = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'holdshort', 'builds');
const DONE = '.built';

/** Whether the history of this checkout has the commit. */
export const hasCommit = (commit: string): boolean =>
  spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT }).status === 0;

/**
 * Agent and control plane of an earlier version, built with today's packages. Packages are linked to this checkout, so a
 * build counts for the checkout that it was made for.
 * @returns its root folder @throws Error with what the build printed
 */
export function buildVersion(commit: string): string {
  const target = path.join(BUILDS, `${commit}-${Buffer.from(ROOT).toString('base64url').slice(-40)}`);
  if (existsSync(path.join(target, DONE))) return target;
  mkdirSync(BUILDS, { recursive: true });
  const root = mkdtempSync(path.join(BUILDS, 'building-'));
  try {
    run(`git archive ${commit} | tar -x -C '${root}'`, ROOT);
    linkPackages(root);
    run('node node_modules/typescript/bin/tsc -b apps/control-plane && node apps/agent/build.mjs', root);
    writeFileSync(path.join(root, DONE), '');
    rmSync(target, { recursive: true, force: true });
    renameSync(root, target);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return target;
}

function run(script: string, cwd: string): void {
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}` };
  const ran = spawnSync('bash', ['-euo', 'pipefail', '-c', script], { cwd, env, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${script}\n${ran.stdout}${ran.stderr}`);
}

/** Everybody else's packages are today's; those of the workspace are the version's own. */
function linkPackages(root: string): void {
  linkFolder('node_modules', root);
  for (const kind of ['apps', 'libs'])
    for (const name of readdirSync(path.join(root, kind)))
      if (existsSync(path.join(ROOT, kind, name, 'node_modules'))) linkFolder(`${kind}/${name}/node_modules`, root);
  mkdirSync(path.join(root, 'node_modules/@holdshort'));
  for (const kind of ['apps', 'libs'])
    for (const name of readdirSync(path.join(root, kind)))
      symlinkSync(path.join('../..', kind, name), path.join(root, 'node_modules/@holdshort', name));
}

function linkFolder(folder: string, root: string): void {
  mkdirSync(path.join(root, folder), { recursive: true });
  for (const name of readdirSync(path.join(ROOT, folder)))
    if (name !== '@holdshort') symlinkSync(path.join(ROOT, folder, name), path.join(root, folder, name));
}
