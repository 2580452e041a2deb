import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { said } from '../../harness/execute.js';
import type { Stack } from '../../harness/stack.js';

/** What the clients saw with their own eyes, against which the trail is held. */
export interface Seen {
  pushes: { commit: string; landed: boolean }[];
  /** User agents of reads that were answered whole, with 200. */
  reads: string[];
  /** Calls that were refused or broke off: what faults are for. */
  failed: number;
}

const WORKERS = 2;
/** Of one session; then the next one is opened. */
const ROUNDS = 12;

/** One session's work: a push of a new commit and three reads, over and over, each with its result in a file. */
const SCRIPT = `
for i in $(seq ${ROUNDS}); do
  test -e "$STOP" && exit 0
  git commit -q --allow-empty -m "$ROUND $i"
  commit=$(git rev-parse HEAD)
  if timeout 15 git push -q origin "HEAD:refs/heads/chaos/$ROUND" 2>/dev/null; then result=landed; else result=failed; fi
  echo "$commit $result" >> "$LOG.pushes"
  for r in 1 2 3; do
    test -e "$STOP" && exit 0
    agent="chaos/$ROUND-$i-$r"
    code=$(curl -s -m 10 -A "$agent" -o /dev/null -w '%{http_code}-%{exitcode}' https://api.github.com/repos/acme/app || true)
    echo "$agent $code" >> "$LOG.reads"
  done
done`;

/** Real git and curl in real sessions through the agent, until told to stop. */
export class Load {
  readonly #stack: Stack;
  #workers: Promise<void>[] = [];
  #stopping = false;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async start(): Promise<void> {
    for (let worker = 0; worker < WORKERS; worker += 1) {
      const clone = `git clone -q https://github.com/acme/app.git w${worker} && cd w${worker} && git config user.email a@b && git config user.name a`;
      const ran = await this.#stack.script('alice', clone, { cwd: this.#stack.dir });
      if (ran.code !== 0) throw new Error(said(ran));
      this.#workers.push(this.#work(worker));
    }
  }

  /** Begins nothing more; what is under way ends with the stack. */
  giveUp(): void {
    this.#stopping = true;
  }

  async stop(): Promise<Seen> {
    this.#stopping = true;
    await this.#stack.write('stop', '');
    await Promise.all(this.#workers);
    const lines = async (name: string): Promise<[string, string][]> => {
      const files = Array.from({ length: WORKERS }, (_, worker) => this.#stack.workFile(`load-${worker}.${name}`));
      const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
      return texts.flatMap((text) =>
        text
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(' ') as [string, string]),
      );
    };
    const pushes = (await lines('pushes')).map(([commit, result]) => ({ commit, landed: result === 'landed' }));
    const reads = await lines('reads');
    const answered = reads.filter(([, code]) => code === '200-0').map(([agent]) => agent);
    const failed = pushes.filter(({ landed }) => !landed).length + reads.length - answered.length;
    return { pushes, reads: answered, failed };
  }

  async #work(worker: number): Promise<void> {
    for (let round = 0; !this.#stopping; round += 1) {
      const env = {
        STOP: this.#stack.workFile('stop'),
        LOG: this.#stack.workFile(`load-${worker}`),
        ROUND: `${worker}-${round}`,
      };
      const ran = await this.#stack.script('alice', SCRIPT, { cwd: this.#stack.workFile(`w${worker}`), env });
      if (ran.code === 0) continue;
      // a session that cannot be opened while the control plane is away is opened later; a clock that jumps ends sign-ins
      await delay(300);
      await this.#stack.signIn('alice').catch(() => undefined);
    }
  }
}
