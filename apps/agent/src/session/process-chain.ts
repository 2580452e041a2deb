import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EventProcess } from '@holdshort/audit-events';

/** Deeper trees are cut; assistants are found a handful of processes up. */
const MAX_DEPTH = 24;
const CREDENTIAL = 'HOLDSHORT_SESSION_CREDENTIAL=';
/** Codex names the tool call in the environment of its command. */
const TOOL_CALL = 'CODEX_TOOL_CALL_ID=';
const MAX_TOOL_CALL_ID = 256;
/** Who takes over processes whose parent ended: above them nothing says where they came from. */
const REAPERS = /^(?:systemd|init|tini|dumb-init|docker-init|catatonit|s6-svscan|runit)$/;
const SHELL = /(?:^|\/)(?:ba|z|da|k)?sh$/;

interface Seen {
  entry: EventProcess['chain'][number];
  parent: number;
  inSession: boolean;
  toolCallId: string | undefined;
}

/**
 * The process and its ancestors, as /proc has them (proc(5)). Texts of command lines and environments stay here.
 * @returns undefined where the process is gone
 */
export async function processChain(pid: string): Promise<EventProcess | undefined> {
  const seen: Seen[] = [];
  for (let next = Number(pid); next > 0 && seen.length < MAX_DEPTH;) {
    const one = await look(next);
    if (!one) break;
    seen.push(one);
    next = one.parent;
  }
  const [first] = seen;
  if (!first) return undefined;
  return {
    chain: seen.map(({ entry }) => entry),
    whole: isWhole(seen),
    ...(first.toolCallId === undefined ? {} : { tool_call_id: first.toolCallId }),
  };
}

/** The highest process of the session has a parent, and that is no reaper: so no process above it has ended. */
function isWhole(seen: readonly Seen[]): boolean {
  const highest = seen.findLastIndex(({ inSession }) => inSession);
  const above = seen[highest + 1];
  return highest >= 0 && above !== undefined && above.entry.pid !== 1 && !REAPERS.test(above.entry.name);
}

async function look(pid: number): Promise<Seen | undefined> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, commandLine, environment] = await Promise.all([read('stat'), read('cmdline'), read('environ')]);
  const parsed = parseStat(stat);
  if (!parsed) return undefined;
  const variables = environment.split('\0');
  const script = scriptOf(commandLine.split('\0'));
  return {
    entry: {
      pid,
      started: parsed.started,
      name: parsed.name,
      ...(script === undefined ? {} : { script_sha256: createHash('sha256').update(script).digest('hex') }),
    },
    parent: parsed.parent,
    inSession: variables.some((variable) => variable.startsWith(CREDENTIAL)),
    toolCallId: variables
      .find((variable) => variable.startsWith(TOOL_CALL))
      ?.slice(TOOL_CALL.length, TOOL_CALL.length + MAX_TOOL_CALL_ID),
  };
}

/** Fields 2 (name, in parentheses that it may hold itself), 4 (parent) and 22 (start). */
export function parseStat(stat: string): { name: string; parent: number; started: number } | undefined {
  const match = /^\d+ \(([^]*)\) (.+)$/.exec(stat.trim());
  const fields = match?.[2]?.split(' ') ?? [];
  const parent = Number(fields[1]);
  const started = Number(fields[19]);
  if (!match || !Number.isSafeInteger(parent) || !Number.isSafeInteger(started)) return undefined;
  return { name: match[1] ?? '', parent, started };
}

/** What `sh -c SCRIPT` runs. */
export function scriptOf([program = '', ...rest]: readonly string[]): string | undefined {
  if (!SHELL.test(program)) return undefined;
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  return flag < 0 ? undefined : rest[flag + 1];
}
