import { homedir } from 'node:os';
import { join } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import { ApiClient } from '@holdshort/api-client';
import { loadCliSettings } from './settings.js';
import { SignIns } from './sign-ins.js';
import { locateStack, type StackLocation } from './stack-location.js';

/** Where a command's words go. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Shown in place of what it said before; only where somebody watches. */
  progress?(text: string): void;
}

/** What a command works with; made once per run, nothing of it reads `process` again. */
export class CliContext {
  readonly home: string;
  readonly signIns: SignIns;
  private found: StackLocation | undefined;

  constructor(
    readonly env: NodeJS.ProcessEnv,
    readonly cwd: string,
    readonly terminal: Terminal,
  ) {
    const { home } = loadCliSettings(env);
    this.home = home === '' ? join(homedir(), '.holdshort') : home;
    this.signIns = new SignIns(this.home);
  }

  /** Looked for when first needed: `--help` works without a stack. */
  get stack(): StackLocation {
    this.found ??= locateStack(loadCliSettings(this.env), this.cwd, this.home);
    return this.found;
  }

  /** A token of the environment counts before a sign-in. @throws HoldshortError `not_authenticated` where there is neither */
  client(): ApiClient {
    const token = loadCliSettings(this.env).token.trim();
    if (token !== '') return new ApiClient(this.stack.controlPlane, token);
    const signIn = this.signIns.get(this.stack.controlPlane);
    if (signIn) return new ApiClient(this.stack.controlPlane, signIn.token);
    const advice = this.stack.embedded ? '`holdshort login`, or `holdshort login --dev alice`' : '`holdshort login`';
    throw new HoldshortError('not_authenticated', `Nobody is signed in at ${this.stack.controlPlane}.`, {
      advice: `Sign in with ${advice}.`,
    });
  }

  /** Whether a sign-in, or a token in its place, is here; it may have been revoked. */
  hasSignIn(): boolean {
    return loadCliSettings(this.env).token.trim() !== '' || this.signIns.get(this.stack.controlPlane) !== undefined;
  }

  anonymousClient(): ApiClient {
    return new ApiClient(this.stack.controlPlane);
  }

  /** An object as one line of JSON, or as words. */
  print(json: boolean | undefined, value: unknown, words: () => string): void {
    this.terminal.out(json === true ? JSON.stringify(value) : words());
  }
}
