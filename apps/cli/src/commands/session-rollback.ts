import { createInterface } from 'node:readline/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { HoldshortError } from '@holdshort/errors';
import { childEnvironment } from '../child-environment.js';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';
import { AgentApi } from '../rollback/agent-api.js';
import { planWords, resultWords } from '../rollback/effect-words.js';
import { gatherFacts } from '../rollback/gather-facts.js';
import { RestReader } from '../rollback/github-reader.js';
import { judge, makePlan } from '../rollback/make-plan.js';
import { performStep, type Performing } from '../rollback/perform-step.js';
import { proveReverts } from '../rollback/prove-reverts.js';
import { RevertRepositories } from '../rollback/revert-repositories.js';
import type { RollbackPlan, StepResult } from '../rollback/rollback-plan.js';
import { workOf, type SessionWork } from '../rollback/session-work.js';
import { settledEvents } from '../rollback/settled-events.js';
import { SignalRelay } from '../signal-relay.js';
import { closeWorkSession, openWorkSession, type WorkSession } from '../work-session.js';

export interface RollbackOptions {
  plan?: boolean;
  yes?: boolean;
  revert?: boolean;
  /** Seconds. */
  wait: number;
  json?: boolean;
}

/** @returns the exit code: 1 where a step was not done */
export async function rollBack(context: CliContext, id: string, options: RollbackOptions): Promise<number> {
  if (!options.plan && !options.yes) requireTerminal();
  const relay = new SignalRelay();
  try {
    const session = await openWorkSession(context, { human: true, assistant: undefined, command: COMMAND, undoes: id });
    const repositories = new RevertRepositories(childEnvironment(session.input), (text) => {
      context.terminal.err(text);
    });
    try {
      const work = workOf(await settledEvents(context, id));
      const performing = performingOf(context, { session, repositories, undoes: id, options });
      return await planAndPerform(context, { work, performing, options, relay });
    } finally {
      await repositories.close();
      await closeWorkSession(context, session.opened.id);
    }
  } finally {
    relay.release();
  }
}

const COMMAND = 'holdshort session rollback';

function performingOf(
  { stack, terminal }: CliContext,
  given: { session: WorkSession; repositories: RevertRepositories; undoes: string; options: RollbackOptions },
): Performing {
  const { session, repositories, undoes, options } = given;
  const { id: sessionId, credential, human } = session.opened;
  const api = new AgentApi({
    endpoint: stack.agentEndpoint,
    credential,
    waitMs: options.wait * 1000,
    say: (text) => {
      terminal.err(text);
    },
  });
  const author = { name: human.login, email: human.email ?? `${human.login}@localhost` };
  return { api, github: new RestReader(api), repositories, author, undoes, sessionId };
}

interface Rollback {
  work: SessionWork;
  performing: Performing;
  options: RollbackOptions;
  relay: SignalRelay;
}

async function planAndPerform(context: CliContext, rollback: Rollback): Promise<number> {
  const { work, performing, options } = rollback;
  const plan = await planOf(work, performing, options);
  if (!options.json) context.terminal.out(planWords(plan));
  const goesOn = plan.steps.length > 0 && !options.plan && (options.yes === true || (await agreed()));
  const results = goesOn ? await performAll(context, plan, rollback) : undefined;
  if (options.json) context.terminal.out(JSON.stringify({ session_id: performing.sessionId, ...plan, results }));
  const left = results?.filter(({ done }) => !done).length ?? 0;
  if (left === 0) return EXIT.ok;
  context.terminal.err(`${String(left)} of ${String(plan.steps.length)} steps to undo ${plan.undoes} were not done.`);
  return EXIT.refused;
}

async function performAll(
  { terminal }: CliContext,
  { steps }: RollbackPlan,
  { performing, options, relay }: Rollback,
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  if (!options.json) terminal.out(`\nDone by session ${performing.sessionId}:`);
  for (const step of steps) {
    const isOver = relay.received !== undefined;
    const result = isOver ? { n: step.n, done: false, why: 'interrupted' } : await performStep(step, performing);
    results.push(result);
    if (!options.json) terminal.out(resultWords(result));
  }
  return results;
}

async function planOf(work: SessionWork, performing: Performing, options: RollbackOptions): Promise<RollbackPlan> {
  const { github, repositories, undoes } = performing;
  const facts = await gatherFacts(work.effects, github, { undoes, neverMovesBack: options.revert === true });
  const judged = await proveReverts(judge(facts), github, repositories);
  return makePlan(undoes, { effects: facts.effects, untold: work.untold }, judged);
}

function requireTerminal(): void {
  if (process.stdin.isTTY) return;
  throw new HoldshortError('request_malformed', 'Nobody can be asked whether to go on.', {
    advice: 'Look at the plan with --plan, then say --yes.',
  });
}

async function agreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question('\nUndo it? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

function wholeSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a number of seconds.');
  return Number(text);
}

/** @param exit receives the exit code that the command asks for */
export function addRollbackCommand(session: Command, context: CliContext, exit: (code: number) => void): void {
  session
    .command('rollback')
    .description('undo what an ended session did: a plan first, then step by step in a session of its own')
    .argument('<id>', 'as `session list` shows it')
    .option('--plan', 'show the plan, and do nothing')
    .option('--yes', 'go on without asking')
    .option('--revert', 'move no branch back: propose reverts instead, where policy forbids force pushes')
    .option('--wait <seconds>', 'how long a held step waits for its approval', wholeSeconds, 600)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nWhat others built on is never rewritten. Exit code 1 where a step was not done.\n\nExample:\n  holdshort session rollback ses_1 --plan',
    )
    .action(async (id: string, options: RollbackOptions) => {
      exit(await rollBack(context, id, options));
    });
}
