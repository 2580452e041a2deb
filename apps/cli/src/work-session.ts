import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import type { OpenedSession } from '@holdshort/api-client';
import { writeCaFiles } from './ca-files.js';
import type { ChildEnvironmentInput } from './child-environment.js';
import type { CliContext } from './cli-context.js';

export interface SessionChoice {
  /** `--assistant`; undefined where `--human` is given. */
  assistant: string | undefined;
  human: boolean;
  /** What runs, for the audit trail; arguments stay out: they may hold secrets. */
  command?: string;
  /** The session that this one rolls back. */
  undoes?: string;
}

interface AgentHealth {
  agent_id?: string;
}

/** The local agent answers in a millisecond or is not there. */
const AGENT_TIMEOUT_MS = 5_000;

async function askAgentId(admin: string): Promise<string | undefined> {
  try {
    const response = await fetch(new URL('/healthz', admin), { signal: AbortSignal.timeout(AGENT_TIMEOUT_MS) });
    return ((await response.json()) as AgentHealth).agent_id;
  } catch (cause) {
    throw new HoldshortError('upstream_unreachable', `The agent of this workspace does not answer at ${admin}.`, {
      advice: 'Check that it runs, and HOLDSHORT_AGENT_ADMIN or the ready file.',
      cause,
    });
  }
}

export const sessionFolder = (home: string, id: string): string => join(home, 'sessions', id.replace(/[^\w-]/g, '_'));

export interface WorkSession {
  opened: OpenedSession;
  /** What the child's environment is made of. */
  input: ChildEnvironmentInput;
}

/** Opens a session at this workspace's agent and writes the files that its child needs into a folder of its own. */
export async function openWorkSession(context: CliContext, choice: SessionChoice): Promise<WorkSession> {
  const { stack, env, home } = context;
  const client = context.client();
  const agentId = await askAgentId(stack.agentAdmin);
  const opened = await client.call('POST /sessions', {
    body: {
      ...(choice.human ? { human: true } : { assistant: choice.assistant ?? 'unknown' }),
      ...(agentId === undefined ? {} : { agent_id: agentId }),
      ...(choice.command === undefined ? {} : { command: choice.command }),
      ...(choice.undoes === undefined ? {} : { undoes: choice.undoes }),
    },
  });
  try {
    const folder = sessionFolder(home, opened.id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { opened, input: { session: opened, stack, env, caFiles: writeCaFiles(folder, stack.ca, env) } };
  } catch (thrown) {
    await closeWorkSession(context, opened.id);
    throw thrown;
  }
}

/** Ends the session, with its leases, and deletes its files. */
export async function closeWorkSession(context: CliContext, id: string): Promise<void> {
  rmSync(sessionFolder(context.home, id), { recursive: true, force: true });
  await context.client().call('DELETE /sessions/{id}', { path: { id } });
}
