import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Thumbprints of the control planes' audit keys that were seen first, by URL; another one later is no longer believed. */
export class RootKeys {
  constructor(private readonly home: string) {}

  private get file(): string {
    return join(this.home, 'audit-root-keys.json');
  }

  get(controlPlane: string): string | undefined {
    return this.all()[controlPlane];
  }

  all(): Record<string, string> {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, string>) : {};
  }

  /** By rename, as the sign-ins: never half a file. */
  pin(controlPlane: string, kid: string): void {
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
    chmodSync(this.home, 0o700);
    const fresh = `${this.file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify({ ...this.all(), [controlPlane]: kid }, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, this.file);
  }
}
