import { spawn } from 'node:child_process';
import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Stack } from '../harness/stack.js';
import { git } from './bench-stack.js';

/** Size of each file of random bytes; what a repository weighs is nearly all in these. */
const FILE_BYTES = 2_000_000;
const SOURCE_FILES = 300;

/** The same bytes for the same seed: AES-128 in counter mode over zeros. Does not compress. */
export function randomBytesOf(seed: string, length: number): Buffer {
  const key = createHash('sha256').update(seed).digest().subarray(0, 16);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}

const sourceText = (n: number): string =>
  Array.from(
    { length: 60 },
    (_, line) => `export const value${n}x${line} = ${(n * 7919 + line * 104729) % 65521};`,
  ).join('\n');

/** A fast-import stream (git-fast-import(1)) of one commit on `main`. */
function* commitStream(megabytes: number): Iterable<Buffer | string> {
  yield 'commit refs/heads/main\ncommitter Bench <bench@example.com> 1700000000 +0000\ndata 5\nfirst\n';
  for (let n = 0; n < SOURCE_FILES; n += 1) {
    const text = sourceText(n);
    yield `M 100644 inline src/area-${n % 20}/file-${n}.ts\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  }
  for (let n = 0; n < Math.ceil((megabytes * 1e6) / FILE_BYTES); n += 1) {
    yield `M 100644 inline assets/${n % 40}/${n}.bin\ndata ${FILE_BYTES}\n`;
    yield randomBytesOf(`asset ${n}`, FILE_BYTES);
    yield '\n';
  }
  yield 'done\n';
}

async function fastImport(dir: string, stream: Iterable<Buffer | string>): Promise<void> {
  const child = spawn('git', ['-c', 'core.compression=0', 'fast-import', '--quiet', '--done'], {
    cwd: dir,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  for (const piece of stream) if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
  child.stdin.end();
  await finished(child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
}

/** A bare repository of about that size, the same at every run, in the bench's own folder and at the stand-in. */
export async function generateRepository(stack: Stack, name: string, megabytes: number): Promise<string> {
  const dir = stack.workFile(`${name}.git`);
  await mkdir(dir);
  await git(dir, ['init', '-q', '--bare', '-b', 'main']);
  await fastImport(dir, commitStream(megabytes));
  await stack.control('POST', '/repos', { owner: 'acme', name, private: false });
  await stack.control('POST', `/repos/acme/${name}/import`, { path: dir });
  return dir;
}

/** Removes what `generateRepository` left in the bench's folder; the stand-in's copy goes with the stack. */
export const removeRepository = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });

/** Path and content; an iterable need not be in memory at once. */
type Files = Record<string, Buffer | string> | Iterable<readonly [string, Buffer | string]>;

/** A commit on top of `ref` that adds or changes the given files, made by git itself in a bare repository. */
export async function commitFiles(dir: string, ref: string, files: Files): Promise<void> {
  const entries = Symbol.iterator in files ? files : Object.entries(files);
  const stream = function* (): Iterable<Buffer | string> {
    yield `commit ${ref}\ncommitter Bench <bench@example.com> ${Math.floor(Date.now() / 1000)} +0000\ndata 5\nbench\nfrom ${ref}^0\n`;
    for (const [path, content] of entries) {
      yield `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n`;
      yield content;
      yield '\n';
    }
    yield 'done\n';
  };
  await fastImport(dir, stream());
}
