import type { Command } from 'commander';
import type { Calls } from '@holdshort/api-client';
import { readDuration } from '../duration.js';

/** What the trail is asked for. */
export type Query = NonNullable<Calls['GET /audit/events']['query']>;

export interface FilterOptions {
  session?: string;
  correlation?: string;
  repo?: string;
  ref?: string;
  commit?: string;
  path?: string;
  decision?: NonNullable<Query['decision']>;
  policy?: string;
  type?: string;
  human?: string;
  assistant?: string;
  text?: string;
  since?: string;
  until?: string;
  json?: boolean;
}

/** `7d` is seven days ago; anything else goes to the control plane as it is, which says what is wrong with it. */
const timeOf = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d+[smhd]$/.test(text)
    ? new Date(Date.now() - readDuration(text) * 1000).toISOString()
    : text;

export const filterOf = (options: FilterOptions): Query => ({
  session_id: options.session,
  correlation_id: options.correlation,
  repo: options.repo,
  ref: options.ref,
  commit: options.commit,
  path: options.path,
  decision: options.decision,
  policy: options.policy,
  type: options.type,
  human: options.human,
  assistant: options.assistant,
  text: options.text,
  since: timeOf(options.since),
  until: timeOf(options.until),
});

export const addFilterOptions = (command: Command): Command =>
  command
    .option('--session <id>', 'of this session')
    .option('--correlation <id>', 'of this one call: the id that a refusal shows after "call"')
    .option('--repo <owner/name>', 'on this repository')
    .option('--ref <ref>', 'on this ref, e.g. refs/heads/main')
    .option('--commit <id>', 'that name this commit, by its full id')
    .option('--path <path>', 'that changed this path')
    .option('--decision <effect>', 'allow, deny or hold')
    .option('--policy <id>', 'decided by this policy')
    .option('--type <type>', 'of this type, e.g. call.write')
    .option('--human <login>', 'of this engineer')
    .option('--assistant <name>', 'of this assistant, e.g. copilot')
    .option('--text <text>', 'that contain this text; within a week, or with another filter')
    .option('--since <time>', 'from this time on: 2026-01-31T00:00:00Z, or 7d for seven days ago')
    .option('--until <time>', 'before this time, or so long ago');
