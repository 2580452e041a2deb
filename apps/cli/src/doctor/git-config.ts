import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import { shellWord } from './finding.js';

interface Place {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** Reading settings is a matter of milliseconds. */
const TIMEOUT_MS = 10_000;

/** 1: nothing found; 2 and 128: no such remote, no repository here. Without git there is nothing to find. */
function answersNothing(code: number | string | null | undefined): boolean {
  return code === 1 || code === 2 || code === 128 || code === 'ENOENT';
}

/** What git prints. @throws HoldshortError where git fails in another way than by finding nothing */
function git(args: readonly string[], { env, cwd }: Place): Promise<string> {
  const { promise, resolve: done, reject } = Promise.withResolvers<string>();
  execFile('git', args, { env, cwd, timeout: TIMEOUT_MS, maxBuffer: 16 << 20 }, (failed, stdout) => {
    if (!failed) done(stdout);
    else if (answersNothing(failed.code)) done('');
    else
      reject(new HoldshortError('internal_error', `git ${args[0] ?? ''} failed: ${failed.message}`, { cause: failed }));
  });
  return promise;
}

export const gitLines = async (args: readonly string[], place: Place): Promise<string[]> =>
  (await git(args, place)).split('\n').filter((line) => line !== '');

/** One setting of git's. */
export interface GitSetting {
  key: string;
  value: string;
  /** In words. */
  where: string;
  /** Undefined for what comes from the environment or a command line. */
  file: string | undefined;
}

/** Settings whose key matches, from all of git's files and the environment. @param pattern as git's --get-regexp */
export async function readGitConfig(pattern: string, place: Place): Promise<GitSetting[]> {
  const text = await git(['config', '--show-origin', '--null', '--get-regexp', pattern], place);
  const parts = text.split('\0');
  return Array.from({ length: Math.floor(parts.length / 2) }, (_, n): GitSetting => {
    const [origin = '', pair = ''] = parts.slice(2 * n, 2 * n + 2);
    const [key = '', ...value] = pair.split('\n');
    const file = fileOf(origin, place);
    return { key, value: value.join('\n'), file, where: file ?? 'the environment (GIT_CONFIG_*)' };
  });
}

/** Files of a repository are named relative to it. */
function fileOf(origin: string, { env, cwd }: Place): string | undefined {
  if (!origin.startsWith('file:')) return undefined;
  return resolve(cwd, origin.slice('file:'.length).replace(/^~(?=\/)/, env.HOME ?? homedir()));
}

/** Takes this one value away, where it stands in a file. */
export const unsetCommand = ({ key, value, file }: GitSetting): { command?: string } =>
  file === undefined
    ? {}
    : {
        command: `git config --file ${shellWord(file)} --fixed-value --unset-all ${shellWord(key)} ${shellWord(value)}`,
      };
