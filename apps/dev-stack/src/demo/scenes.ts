import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandResult, DemoShell } from './demo-shell.js';
import { Deviation, eventually, expect } from './deviation.js';
import type { Narrator } from './narrator.js';
import type { StandinView } from './standin-view.js';

export interface Stage {
  shell: DemoShell;
  github: StandinView;
  narrator: Narrator;
}

/** What a scene leaves behind, for the part that shows its events. */
export interface Scene {
  title: string;
  session: string;
  /** How the write (or for a clone the read) must have been decided in the end. */
  effect: 'allow' | 'deny';
  ref?: { ref: string; old: string; new: string };
}

const REPO = 'acme/app';
const ENGINEER = 'alice';
const APPROVER = 'sam';
const ZERO = '0'.repeat(40);
const APPROVAL_WITHIN_MS = 30_000;

const checkout = ({ shell }: Stage): string => join(shell.home(ENGINEER), 'app');

function expectExit(result: CommandResult, code: number, what: string): void {
  expect(result.code === code, `${what} exits ${code}`, `exit ${result.code}\n${result.stdout}${result.stderr}`);
}

async function localGit(stage: Stage, ...args: string[]): Promise<string> {
  const result = await stage.shell.plain(ENGINEER, checkout(stage), 'git', ...args);
  expectExit(result, 0, `git ${args.join(' ')}`);
  return result.stdout.trim();
}

async function commit(stage: Stage, branch: string, path: string, content: string): Promise<string> {
  await localGit(stage, 'switch', '--quiet', '--create', branch, 'origin/main');
  mkdirSync(dirname(join(checkout(stage), path)), { recursive: true });
  writeFileSync(join(checkout(stage), path), content);
  await localGit(stage, 'add', path);
  await localGit(stage, 'commit', '--quiet', '-m', `Change ${path}`);
  return localGit(stage, 'rev-parse', 'HEAD');
}

export async function clone(stage: Stage): Promise<Scene> {
  const { shell, narrator } = stage;
  narrator.heading('A clone: the workspace holds no GitHub credential');
  narrator.command(`holdshort run --assistant copilot -- git clone https://github.com/${REPO}.git`);
  const result = await shell.assisted(ENGINEER, shell.home(ENGINEER), 'git', 'clone', `https://github.com/${REPO}.git`);
  narrator.quote(result.stderr);
  expectExit(result, 0, 'the clone');
  const config = readFileSync(join(checkout(stage), '.git', 'config'), 'utf8');
  expect(!/gh[a-z]_|github_pat_/.test(config), 'no token in .git/config', 'one');
  narrator.success(`cloned, ${await localGit(stage, 'rev-list', '--count', 'HEAD')} commits`);
  return { title: 'the clone', session: result.session, effect: 'allow' };
}

export async function allowedPush(stage: Stage): Promise<Scene> {
  const { shell, narrator, github } = stage;
  const [branch, ref] = ['topic/greeting', 'refs/heads/topic/greeting'];
  narrator.heading('A push to a topic branch: allowed');
  const id = await commit(stage, branch, 'src/greeting.js', "export const greeting = 'Good morning';\n");
  narrator.command(`holdshort run --assistant copilot -- git push origin ${branch}`);
  const result = await shell.assisted(ENGINEER, checkout(stage), 'git', 'push', 'origin', branch);
  narrator.quote(result.stderr);
  expectExit(result, 0, 'the push');
  const there = await github.ref(REPO, ref);
  expect(there === id, `${ref} at ${id}`, there ?? 'no such ref');
  narrator.success(`GitHub has ${ref} at ${id.slice(0, 12)}`);
  return { title: 'the allowed push', session: result.session, effect: 'allow', ref: { ref, old: ZERO, new: id } };
}

export async function refusedPush(stage: Stage): Promise<Scene> {
  const { shell, narrator, github } = stage;
  const ref = 'refs/heads/main';
  narrator.heading('A push to main: refused, on every surface alike');
  const [before, packBytes] = [await github.ref(REPO, ref), await github.packBytes()];
  const id = await commit(stage, 'shortcut', 'README.md', '# app\n\nStraight to main.\n');
  narrator.command('holdshort run --assistant copilot -- git push origin HEAD:main');
  const result = await shell.assisted(ENGINEER, checkout(stage), 'git', 'push', 'origin', 'HEAD:main');
  narrator.quote(result.stderr);
  expectExit(result, 1, 'the push');
  expect(result.stderr.includes('[remote rejected]'), 'git says [remote rejected]', result.stderr);
  const [after, packBytesAfter] = [await github.ref(REPO, ref), await github.packBytes()];
  expect(after === before, `main still at ${before ?? ''}`, after ?? 'no such ref');
  expect(packBytesAfter === packBytes, 'not one byte of the pack at GitHub', `${packBytesAfter - packBytes} bytes`);
  narrator.success('main is unchanged, and not one byte of the pack reached GitHub');
  return {
    title: 'the refused push',
    session: result.session,
    effect: 'deny',
    ref: { ref, old: before ?? ZERO, new: id },
  };
}

interface WaitingApproval {
  id: string;
}

async function firstWaiting({ shell }: Stage): Promise<string | undefined> {
  const listed = await shell.holdshort(APPROVER, 'approval', 'list', '--json');
  expectExit(listed, 0, `approval list as ${APPROVER}`);
  const [first] = JSON.parse(listed.stdout) as WaitingApproval[];
  return first?.id;
}

/** Looks as the approver until something waits, or the push ended without having waited. */
async function awaitApproval(stage: Stage, push: Promise<CommandResult>): Promise<string> {
  const ended = push.then(({ code, stderr }): never => {
    throw new Deviation('the push waits for approval', `it ended with exit ${code}\n${stderr}`);
  });
  ended.catch(() => undefined);
  const waiting = eventually(() => firstWaiting(stage), {
    expected: `an approval within ${APPROVAL_WITHIN_MS / 1000} s`,
    found: () => 'none',
    withinMs: APPROVAL_WITHIN_MS,
  });
  return Promise.race([waiting, ended]);
}

export async function heldPush(stage: Stage): Promise<Scene> {
  const { shell, narrator, github } = stage;
  const [branch, ref] = ['topic/nightly', 'refs/heads/topic/nightly'];
  const workflow = 'name: nightly\non:\n  schedule:\n    - cron: "0 3 * * *"\njobs: {}\n';
  narrator.heading('A push that changes a workflow: held until somebody of security approves exactly these bytes');
  const id = await commit(stage, branch, '.github/workflows/nightly.yml', workflow);
  narrator.command(`holdshort run --assistant copilot -- git push origin ${branch}`);
  const push = shell.assisted(ENGINEER, checkout(stage), 'git', 'push', 'origin', branch);
  const approval = await awaitApproval(stage, push);
  narrator.say(`The push waits. Meanwhile ${APPROVER} looks at it:`);
  narrator.command(`holdshort approval show ${approval}`);
  narrator.quote((await shell.holdshort(APPROVER, 'approval', 'show', approval)).stdout);
  const own = await shell.holdshort(ENGINEER, 'approval', 'approve', approval);
  expectExit(own, 1, "the engineer's attempt to approve their own push");
  narrator.command(`holdshort approval approve ${approval} --reason "read it with ${ENGINEER}"`);
  const approved = await shell.holdshort(
    APPROVER,
    'approval',
    'approve',
    approval,
    '--reason',
    `read it with ${ENGINEER}`,
  );
  narrator.quote(approved.stdout);
  expectExit(approved, 0, 'the approval');
  const result = await push;
  narrator.say('The push goes on:');
  narrator.quote(result.stderr);
  expectExit(result, 0, 'the held push');
  const there = await github.ref(REPO, ref);
  expect(there === id, `${ref} at ${id}`, there ?? 'no such ref');
  narrator.success(`GitHub has ${ref} at ${id.slice(0, 12)}, approved by ${APPROVER}`);
  return { title: 'the held push', session: result.session, effect: 'allow', ref: { ref, old: ZERO, new: id } };
}
