import { spawn, type ChildProcess } from 'node:child_process';
import { HoldshortError } from '@holdshort/errors';
import { codeOfSignal } from './exit-code.js';

const SIGNALS: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** In a terminal Ctrl-C reaches the child by itself; a second one from us would count as a second Ctrl-C. */
const comesFromTerminal = (signal: NodeJS.Signals): boolean =>
  process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');

/**
 * Takes the signals that would end us and hands them to the child, so that we outlive it and can close its session.
 * From its making until `release` no such signal ends this process.
 */
export class SignalRelay {
  /** Exit code for a signal that came while no child ran. */
  received: number | undefined;
  private child: ChildProcess | undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.take);
  }

  release(): void {
    for (const signal of SIGNALS) process.off(signal, this.take);
  }

  /**
   * @returns the child's exit code, or 128 + n where signal n ended it
   * @throws HoldshortError `not_found` where it cannot be run
   */
  runChild(file: string, args: string[], env: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const child = spawn(file, args, { stdio: 'inherit', env });
      this.child = child;
      child.once('error', (cause) => {
        reject(
          new HoldshortError('not_found', `${file} cannot be run.`, { advice: 'Check the command after `--`.', cause }),
        );
      });
      child.once('exit', (code, signal) => {
        this.child = undefined;
        resolve(signal === null ? (code ?? 1) : codeOfSignal(signal));
      });
    });
  }

  private readonly take = (signal: NodeJS.Signals): void => {
    if (!this.child) this.received = codeOfSignal(signal);
    else if (!comesFromTerminal(signal)) this.child.kill(signal);
  };
}
