import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { toHoldshortError } from '@holdshort/errors';
import type { CliContext } from '../cli-context.js';
import { loadCliSettings } from '../settings.js';
import type { StackLocation } from '../stack-location.js';
import { probe, type Probed } from './probe.js';

/** A file of the user's that is larger holds no setting. */
const LARGEST_FILE_BYTES = 1 << 20;

export interface SessionHere {
  id: string;
  credential: string;
}

/** What the checks look at: environment, files, control plane and agent; each server is asked once. */
export class Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly userHome: string;
  /** host:port that nothing but the agent should reach. */
  readonly egressProbes: readonly string[];
  readonly stack: StackLocation | undefined;
  /** Why there is no stack, and what to do. */
  readonly stackProblem: { message: string; advice: string } | undefined;
  private readonly answers = new Map<string, Promise<Probed>>();

  constructor(readonly context: CliContext) {
    this.env = context.env;
    this.cwd = context.cwd;
    this.userHome = context.env.HOME ?? homedir();
    this.egressProbes = loadCliSettings(context.env).egressProbes;
    try {
      this.stack = context.stack;
    } catch (thrown) {
      const { message, advice } = toHoldshortError(thrown);
      this.stackProblem = { message, advice: advice ?? '' };
    }
  }

  /** The session that this shell is in, by what `holdshort run` and `holdshort env` set. */
  get session(): SessionHere | undefined {
    const { HOLDSHORT_SESSION_ID: id = '', HOLDSHORT_SESSION_CREDENTIAL: credential = '' } = this.env;
    return id === '' || credential === '' ? undefined : { id, credential };
  }

  controlPlane = (path: string): Promise<Probed> => this.ask(this.stack?.controlPlane, path);
  agent = (path: string): Promise<Probed> => this.ask(this.stack?.agentAdmin, path);

  /** Below the home folder of the user. */
  inHome = (...parts: string[]): string => join(this.userHome, ...parts);

  /** Empty where there is no such file, or it may not be read. */
  textOf(file: string): string {
    try {
      if (!existsSync(file) || statSync(file).size > LARGEST_FILE_BYTES) return '';
      return readFileSync(file, 'utf8');
    } catch (thrown) {
      if (['EACCES', 'EISDIR', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return '';
      throw thrown;
    }
  }

  private ask(base: string | undefined, path: string): Promise<Probed> {
    const url = new URL(path, base).href;
    const known = this.answers.get(url) ?? probe(url);
    this.answers.set(url, known);
    return known;
  }
}
