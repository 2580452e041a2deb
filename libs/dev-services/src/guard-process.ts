import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Waits for the end of its standard input, which the kernel closes when we die, even by `kill -9`. Then it asks
 * the process (or with `-PID` its group) to stop, and after 4 seconds makes it.
 */
const GUARD_SCRIPT = `
read -r _
kill -s "$2" -- "$1" 2>/dev/null || exit 0
n=0
while [ $n -lt 40 ] && kill -s 0 -- "$1" 2>/dev/null; do sleep 0.1; n=$((n+1)); done
kill -s KILL -- "$1" 2>/dev/null
`;

export interface Guard {
  /** Ends the guard without touching what it guards. Safe to call twice. */
  release(): void;
}

export interface GuardOptions {
  /** First signal, without the SIG prefix; `TERM` by default. */
  signal?: string;
  /** Whether `pid` leads a process group that ends with it. */
  group?: boolean;
}

/**
 * Sees to it that `pid` does not outlive this process, however this process ends. Linux and macOS; on Windows nothing
 * is guarded. Not covered: the guard itself being killed with -9 before us.
 */
export function guardProcess(pid: number, options: GuardOptions = {}): Guard {
  if (process.platform === 'win32') return { release: () => undefined };
  const target = options.group === true ? `-${pid}` : String(pid);
  // Detached: Ctrl-C in a terminal goes to the whole foreground group, and must not end the guard first.
  const guard = spawn('/bin/sh', ['-c', GUARD_SCRIPT, 'holdshort-guard', target, options.signal ?? 'TERM'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  });
  letGo(guard);
  return { release: () => void guard.kill('SIGKILL') };
}

/** An idle guard must not keep our event loop alive, and its end is no error of ours. */
function letGo(guard: ChildProcess): void {
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  (guard.stdin as { unref?: () => void } | null)?.unref?.();
  guard.unref();
}
