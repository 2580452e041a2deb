import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignIn } from '@holdshort/api-client';

/** The engineer's sign-ins, one per control plane, in a file that only they can read. */
export class SignIns {
  constructor(private readonly home: string) {}

  private get file(): string {
    return join(this.home, 'sign-ins.json');
  }

  /** An expired one counts as none. */
  get(controlPlane: string): SignIn | undefined {
    const found = this.stored(controlPlane);
    return found && Date.parse(found.expires_at) > Date.now() ? found : undefined;
  }

  /** What is kept for it, expired or not. */
  stored(controlPlane: string): SignIn | undefined {
    return this.read()[controlPlane];
  }

  set(controlPlane: string, signIn: SignIn): void {
    this.write({ ...this.read(), [controlPlane]: signIn });
  }

  remove(controlPlane: string): void {
    const rest = Object.entries(this.read()).filter(([url]) => url !== controlPlane);
    this.write(Object.fromEntries(rest));
  }

  private read(): Record<string, SignIn> {
    return existsSync(this.file) ? (JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, SignIn>) : {};
  }

  /** By rename: a command that runs at the same time reads the old file or the new one, never half of one. */
  private write(signIns: Record<string, SignIn>): void {
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
    chmodSync(this.home, 0o700);
    if (Object.keys(signIns).length === 0) {
      rmSync(this.file, { force: true });
      return;
    }
    const fresh = `${this.file}.${process.pid}`;
    writeFileSync(fresh, `${JSON.stringify(signIns, null, 2)}\n`, { mode: 0o600 });
    renameSync(fresh, this.file);
  }
}
