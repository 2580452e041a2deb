import { createHash } from 'node:crypto';
import { callFact } from '../call-facts.js';
import type { ExchangeFact, Fact, OperationFact, ProcessChain, ProcessFact } from '../facts.js';
import { resultFacts } from '../result-facts.js';

/** What really happened, which only the simulation knows. */
export interface Truth {
  /** operation -> the call that caused it, or `human`. */
  operations: Map<string, string>;
  /** commit -> the call that made it. */
  commits: Map<string, string>;
  /** session and call -> the prompt whose turn it was in. */
  prompts: Map<string, string>;
}

export interface World {
  facts: Fact[];
  truth: Truth;
}

/** 0 <= x < 1, the same for the same seed. */
export type Random = () => number;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function seeded(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

interface Planned {
  command?: string;
  tool?: string;
  name: string;
  /** What it does at GitHub: the ref, or none. */
  pushes?: string;
  commits: boolean;
  /** Acts after its result was told. */
  late?: boolean;
  quiet?: boolean;
}

const BRANCHES = ['fix-1', 'fix-2', 'main'];

function plan(random: Random): Planned {
  const branch = pick(random, BRANCHES);
  const ref = `refs/heads/${branch}`;
  return pick<Planned>(random, [
    {
      name: 'bash',
      command: `git add -A && git commit -m "x" && git push origin ${branch}`,
      pushes: ref,
      commits: true,
    },
    { name: 'bash', command: `git push origin ${branch}`, pushes: ref, commits: false },
    { name: 'bash', command: 'git push', pushes: ref, commits: false },
    { name: 'bash', command: 'git commit -m "git push"', commits: true },
    { name: 'bash', command: './release.sh', pushes: ref, commits: false },
    { name: 'bash', command: `git push origin ${branch} &`, pushes: ref, commits: false, late: random() < 0.5 },
    { name: 'bash', command: 'cat notes.txt; echo git push', commits: false },
    { name: 'bash', command: 'git fetch && git log -3', commits: false },
    { name: 'view', commits: false },
    { name: 'mcp__github__push_files', tool: 'push_files', pushes: ref, commits: false },
    { name: 'bash', command: `git push --dry-run origin ${branch}`, commits: false },
    {
      name: 'bash',
      command: `git commit -qm x && git push -q origin ${branch}`,
      pushes: ref,
      commits: true,
      quiet: true,
    },
  ]);
}

/** Names and ids that no two things of one world share. */
class Ids {
  #n = 0;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  next(prefix: string): string {
    this.#n += 1;
    return `${prefix}_${this.#n}`;
  }

  commit(): string {
    this.#n += 1;
    return sha256(`commit ${this.#n} ${this.#random()}`).slice(0, 40);
  }

  process(name: string, script?: string): ProcessFact {
    this.#n += 1;
    return {
      pid: 1000 + this.#n,
      started: this.#n,
      name,
      scriptSha256: script === undefined ? undefined : sha256(script),
    };
  }
}

interface Session {
  id: string;
  now: number;
  /** Commits made in the working tree, told by git to somebody. */
  seen: string[];
}

const push = (session: Session, ids: Ids, at: number, ref: string, commit: string): OperationFact => ({
  kind: 'operation',
  id: ids.next('op'),
  session: session.id,
  startedAt: at,
  endedAt: at + 5,
  surface: 'git',
  operation: 'git/receive-pack',
  refs: [{ ref, newId: commit }],
  isHuman: false,
  succeeded: true,
});

/** An assistant that goes from prompt to call to result, some turns long. */
class Assistant {
  readonly #process: ProcessFact;
  readonly #wraps: boolean;

  constructor(
    private readonly ids: Ids,
    private readonly random: Random,
    private readonly world: World,
    private readonly session: Session,
    private readonly shell: ProcessFact,
  ) {
    this.#process = ids.process(pick(random, ['copilot', 'claude', 'codex']));
    this.#wraps = random() < 0.5;
  }

  /** One turn at its own pace: the times of two assistants of a session overlap. */
  turn(start: number): number {
    const prompt = sha256(this.ids.next('prompt'));
    let at = start;
    let results: ExchangeFact['results'] = [];
    const steps = 1 + Math.floor(this.random() * 3);
    for (let n = 0; n < steps; n += 1) {
      const planned = Array.from({ length: this.random() < 0.2 ? 2 : 1 }, () => plan(this.random));
      const made = planned.map((one) => ({ one, call: this.#call(one) }));
      const exchange = this.#exchange(
        at,
        prompt,
        made.map(({ call }) => call),
        results,
      );
      this.world.facts.push(exchange);
      made.forEach(({ call }) => this.world.truth.prompts.set(`${this.session.id} ${call.id}`, prompt));
      at = exchange.endedAt + 1;
      results = made.map(({ one, call }) => {
        const text = this.#act(one, call, at);
        return resultFacts(call.id, sha256(text), text);
      });
      at += 20 + Math.floor(this.random() * 30);
    }
    this.world.facts.push(this.#exchange(at, prompt, [], results));
    return at + 10;
  }

  #call({ name, command, tool }: Planned) {
    const given = JSON.stringify(command === undefined ? { tool, n: this.random() } : { command });
    const commands = command === undefined ? [] : [command];
    return callFact({ id: this.ids.next('call'), name, argumentsSha256: sha256(given), commands });
  }

  #exchange(
    at: number,
    promptSha256: string,
    calls: ExchangeFact['calls'],
    results: ExchangeFact['results'],
  ): ExchangeFact {
    return {
      kind: 'exchange',
      id: this.ids.next('ex'),
      session: this.session.id,
      startedAt: at,
      answeredAt: at + 3,
      endedAt: at + 6,
      model: 'm',
      promptSha256,
      calls,
      results,
      chain: { processes: [this.#process, this.shell], isWhole: true },
    };
  }

  /** What the call does, and what it is told to have done. */
  #act(planned: Planned, call: ExchangeFact['calls'][number], at: number): string {
    const { truth } = this.world;
    const lines: string[] = [];
    // an assistant that reads logs sees what others have made
    if (planned.command?.startsWith('git fetch') || planned.command?.startsWith('cat'))
      lines.push(...this.session.seen.slice(-3).map((id) => `[main ${id.slice(0, 7)}] x`));
    let commit = this.session.seen.at(-1) ?? this.ids.commit();
    if (planned.commits) {
      commit = this.ids.commit();
      truth.commits.set(commit, call.id);
      this.session.seen.push(commit);
      if (!planned.quiet) lines.push(`[main ${commit.slice(0, 7)}] x`, ' 1 file changed');
    }
    if (planned.pushes !== undefined) lines.push(...this.#push(planned, planned.pushes, call, at, commit));
    if (planned.command?.includes('--dry-run')) lines.push(`   1111111..${commit.slice(0, 7)}  main -> main`);
    return lines.join('\n');
  }

  #push(planned: Planned, ref: string, call: ExchangeFact['calls'][number], at: number, commit: string): string[] {
    const time = planned.late ? at + 70 : at + 2 + Math.floor(this.random() * 15);
    const operation = push(this.session, this.ids, time, ref, commit);
    const isMcp = planned.tool !== undefined;
    if (isMcp) {
      operation.surface = 'mcp';
      operation.operation = `tool/${planned.tool ?? ''}`;
      operation.tool = { name: planned.tool ?? '', argumentsSha256: call.argumentsSha256 };
      operation.refs = [];
    }
    if (this.random() < 0.9) operation.chain = isMcp ? this.#own() : this.#below(planned.command ?? '');
    // anybody below the session can set the variable, to any call's id
    if (this.random() < 0.2)
      operation.toolCallId = this.random() < 0.7 ? call.id : `call_${Math.floor(this.random() * 50)}`;
    this.world.facts.push(operation);
    this.world.truth.operations.set(operation.id, call.id);
    const name = ref.replace('refs/heads/', '');
    return isMcp || planned.late || planned.quiet || planned.command?.endsWith('&')
      ? []
      : [`   1111111..${commit.slice(0, 7)}  ${name} -> ${name}`];
  }

  #own = (): ProcessChain => ({ processes: [this.#process, this.shell], isWhole: true });

  #below(command: string): ProcessChain {
    const shell = this.#wraps ? this.ids.process('bash', command) : this.ids.process('bash');
    const processes = [this.ids.process('git-remote-http'), this.ids.process('git'), shell, this.#process, this.shell];
    return { processes, isWhole: true };
  }
}

function human(world: World, ids: Ids, random: Random, session: Session, shell: ProcessFact, at: number): void {
  const operation = push(session, ids, at, `refs/heads/${pick(random, BRANCHES)}`, session.seen.at(-1) ?? ids.commit());
  if (random() < 0.8)
    operation.chain = { processes: [ids.process('git-remote-http'), ids.process('git'), shell], isWhole: true };
  if (random() < 0.2) operation.toolCallId = `call_${Math.floor(random() * 50)}`;
  // a push that is refused names the same commit as one that is not
  operation.succeeded = random() < 0.7;
  world.facts.push(operation);
  world.truth.operations.set(operation.id, 'human');
}

/** Sessions that run at the same time, each with one or two assistants and a person at its keyboard. */
export function simulate(random: Random, sessions: number): World {
  const world: World = { facts: [], truth: { operations: new Map(), commits: new Map(), prompts: new Map() } };
  const ids = new Ids(random);
  for (let n = 0; n < sessions; n += 1) {
    const session: Session = { id: `ses_${n}`, now: 1_000_000 + Math.floor(random() * 50), seen: [] };
    const shell = ids.process('bash');
    for (let assistants = random() < 0.4 ? 2 : 1; assistants > 0; assistants -= 1) {
      const assistant = new Assistant(ids, random, world, session, shell);
      let at = session.now + Math.floor(random() * 20);
      for (let turns = 1 + Math.floor(random() * 3); turns > 0; turns -= 1) at = assistant.turn(at);
    }
    for (let pushes = Math.floor(random() * 3); pushes > 0; pushes -= 1)
      human(world, ids, random, session, shell, session.now + Math.floor(random() * 200));
  }
  world.facts.sort((a, b) => a.startedAt - b.startedAt);
  return world;
}
