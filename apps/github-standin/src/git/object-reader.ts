import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { GitProgram } from './run-git.js';

export interface GitObject {
  id: string;
  type: 'commit' | 'tree' | 'blob' | 'tag';
  content: Buffer;
}

type Waiter = { resolve: (object: GitObject | null) => void; reject: (error: Error) => void };

/** A reader that nobody asked for this long is ended. */
const IDLE_MS = 20_000;

/** One long-lived `git cat-file --batch` per repository: 0.1 ms an object instead of 3 ms a process. */
export class ObjectReader {
  #child: ChildProcessByStdio<Writable, Readable, null> | null = null;
  #waiting: Waiter[] = [];
  #chunks: Buffer[] = [];
  #size = 0;
  #need = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    readonly git: GitProgram,
    readonly gitDir: string,
  ) {}

  /** @param name an object name as git resolves it, without line breaks; `null` where there is none */
  read(name: string): Promise<GitObject | null> {
    if (/[\n\r\0]/.test(name) || name === '') return Promise.resolve(null);
    const child = this.#child ?? this.#start();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.close();
    }, IDLE_MS).unref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.stdin.write(`${name}\n`);
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    this.#child?.kill();
    this.#child = null;
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const env = { ...this.git.env, GIT_DIR: this.gitDir };
    const child = spawn('git', ['cat-file', '--batch'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    child.once('close', () => {
      this.#fail(child);
    });
    child.once('error', () => {
      this.#fail(child);
    });
    child.unref();
    this.#child = child;
    return child;
  }

  #fail(child: unknown): void {
    if (this.#child === child) this.#child = null;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(new Error('git cat-file ended'));
    this.#chunks = [];
    this.#size = 0;
    this.#need = 0;
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#need) return;
    let data: Buffer = Buffer.concat(this.#chunks);
    for (let rest = this.#answer(data); rest !== null; rest = this.#answer(data)) data = rest;
    this.#chunks = [data];
    this.#size = data.length;
  }

  /** Takes one answer off `data`; `null` where it is not complete yet. */
  #answer(data: Buffer): Buffer | null {
    const lineEnd = data.indexOf(10);
    if (lineEnd < 0) return null;
    const line = data.toString('utf8', 0, lineEnd);
    const match = /^([0-9a-f]+) (commit|tree|blob|tag) (\d+)$/.exec(line);
    if (!match) {
      this.#settle(null);
      return data.subarray(lineEnd + 1);
    }
    const end = lineEnd + 1 + Number(match[3]);
    this.#need = end + 1;
    if (data.length < end + 1) return null;
    this.#need = 0;
    this.#settle({
      id: match[1] ?? '',
      type: match[2] as GitObject['type'],
      content: Buffer.from(data.subarray(lineEnd + 1, end)),
    });
    return data.subarray(end + 1);
  }

  #settle(object: GitObject | null): void {
    this.#waiting.shift()?.resolve(object);
  }
}
