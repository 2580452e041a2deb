import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where one stack keeps its state: `.holdshort/`, or a temporary folder that goes with it. */
export class StackFolder {
  constructor(
    readonly root: string,
    readonly temporary: boolean,
  ) {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    mkdirSync(this.logs, { recursive: true, mode: 0o700 });
  }

  static temporary(): StackFolder {
    return new StackFolder(mkdtempSync(join(tmpdir(), 'holdshort-stack-')), true);
  }

  get logs(): string {
    return join(this.root, 'log');
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  log(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** Made if absent; only its owner may enter. */
  folder(...names: string[]): string {
    const path = this.path(...names);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** Writes a file that only its owner can read. @returns its path */
  secret(name: string, content: string): string {
    const path = this.path(name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  }

  /** A random secret in a file: the one of an earlier start, if any. */
  randomSecret(name: string): { path: string; value: string } {
    const path = this.path(name);
    if (existsSync(path)) return { path, value: readFileSync(path, 'utf8') };
    const value = randomBytes(32).toString('hex');
    return { path: this.secret(name, value), value };
  }

  remove(): void {
    if (this.temporary) rmSync(this.root, { recursive: true, force: true });
  }
}
