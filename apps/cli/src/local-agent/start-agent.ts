import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AGENT_MALLOC } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';
import { agentCommand } from './agent-program.js';

export interface AgentStart {
  /** Folder of the command line; the agent's state lies in it. */
  home: string;
  env: NodeJS.ProcessEnv;
  /** See `agentCommand`. */
  program: string;
  /** Absolute path; needed only for the first start. */
  joinTokenFile: string | undefined;
}

/** Where the agent listens, as it says when it is ready. */
export interface ReadyAgent {
  pid: number;
  proxy: string;
  endpoint: string;
  admin: string;
  ca: string;
}

/** Enrolment is two calls and a key: it takes less than 2 s, more on a busy machine. */
const START_MS = 60_000;
const POLL_MS = 50;

/** The engineer's own token is none of the agent's business. */
function environmentOf({ home, env, joinTokenFile }: AgentStart): NodeJS.ProcessEnv {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'HOLDSHORT_TOKEN'));
  return {
    ...AGENT_MALLOC,
    ...{ NODE_ENV: 'production', HOLDSHORT_AGENT_STATE_DIR: join(home, 'agent') },
    ...rest,
    ...(joinTokenFile === undefined ? {} : { HOLDSHORT_JOIN_TOKEN_FILE: joinTokenFile }),
  };
}

const linesAfter = (file: string, offset: number): string[] =>
  readFileSync(file).subarray(offset).toString('utf8').split('\n').slice(0, -1);

async function readyIn(log: string, offset: number, child: ChildProcess): Promise<ReadyAgent> {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const line = linesAfter(log, offset).find((text) => text.includes('"msg":"ready"'));
    if (line !== undefined) return { ...(JSON.parse(line) as Omit<ReadyAgent, 'pid'>), pid: child.pid ?? 0 };
    await delay(POLL_MS);
  }
  child.kill();
  const said = linesAfter(log, offset).at(-1) ?? 'it said nothing';
  throw new HoldshortError('upstream_unreachable', `The agent did not start: ${said.slice(0, 500)}`, {
    advice: `Its log is ${log}.`,
  });
}

/** Starts the agent apart from this process, enrols it where it is new, and waits until it serves. */
export async function startAgent(start: AgentStart): Promise<ReadyAgent> {
  const [file, ...args] = agentCommand(start.program);
  mkdirSync(start.home, { recursive: true, mode: 0o700 });
  const log = join(start.home, 'agent.log');
  const output = openSync(log, 'a', 0o600);
  try {
    const offset = statSync(log).size;
    const stdio: ['ignore', number, number] = ['ignore', output, output];
    const child = spawn(file, args, { env: environmentOf(start), stdio, detached: true, cwd: start.home });
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
    const ready = await Promise.race([readyIn(log, offset, child), failed]);
    child.unref();
    return ready;
  } finally {
    closeSync(output);
  }
}
