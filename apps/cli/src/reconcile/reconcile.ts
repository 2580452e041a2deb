import { UnreadableInput } from '@holdshort/audit-events';
import type { CliContext } from '../cli-context.js';
import { loadCliSettings } from '../settings.js';
import type { Finding, Summary } from './finding.js';
import { githubApi } from './github-api.js';
import { githubFiles } from './github-files.js';
import { Reconciler, type ReconcileRules } from './reconciler.js';
import { tokenHash } from './token-hash.js';
import { eventsOfFile, storedEvents } from './trail-events.js';

export interface ReconcileOptions {
  githubApi?: string;
  githubUrl: string;
  files?: string[];
  from?: string;
  to?: string;
  trail?: string;
  /** Seconds. */
  skew: string;
  settle: string;
  githubDelay: string;
  allowActor?: string[];
  allowToken?: string[];
}

/** GitHub keeps Git events in the log for seven days ("Using the audit log API for your enterprise"). */
const GIT_EVENTS_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const PROGRESS_EVERY = 20_000;

interface Times {
  from: number;
  to: number;
  skew: number;
  now: number;
  /** Asked for by the caller. */
  isFromGiven: boolean;
  isToGiven: boolean;
}

/**
 * @param onFinding called with each, as it is found
 * @throws UnreadableInput, or HoldshortError, where nothing can be told
 */
export async function reconcile(
  context: CliContext,
  options: ReconcileOptions,
  onFinding: (finding: Finding) => void,
): Promise<Summary> {
  const times = timesOf(options, Date.now());
  const rules = rulesOf(context, options, times);
  const reconciler = new Reconciler(rules);
  try {
    await readGithub(context, options, times, reconciler);
    if (options.githubApi === undefined) withinFiles(rules, times, reconciler.githubRange);
    await readTrail(context, options, rules, reconciler);
    for await (const finding of reconciler.findings()) onFinding(finding);
    return reconciler.summary;
  } finally {
    reconciler.close();
  }
}

function seconds(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new UnreadableInput(`${name} must be seconds`);
  return value * 1000;
}

function timeOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UnreadableInput(`${name} is no time, e.g. 2026-01-31T00:00:00Z`);
  return time;
}

function timesOf(options: ReconcileOptions, now: number): Times {
  const settled = now - seconds(options.settle, '--settle');
  const [from, to] = [timeOf(options.from, '--from'), timeOf(options.to, '--to')];
  const isApi = options.githubApi !== undefined;
  const times = {
    from: from ?? (isApi ? settled - DAY_MS : Number.NEGATIVE_INFINITY),
    to: Math.min(to ?? settled, settled),
    skew: seconds(options.skew, '--skew'),
    ...{ now, isFromGiven: from !== undefined, isToGiven: to !== undefined },
  };
  if (times.from >= times.to) throw new UnreadableInput('--from must be before --to, and before what is settled');
  if (isApi && times.from < now - GIT_EVENTS_MS)
    throw new UnreadableInput(
      'GitHub keeps Git events for seven days: take an earlier time from streamed files, by --files',
    );
  return times;
}

function rulesOf(context: CliContext, options: ReconcileOptions, { from, to, skew, now }: Times): ReconcileRules {
  const own = loadCliSettings(context.env).githubAuditToken.trim();
  return {
    ...{ from, to, skew, reaches: now - seconds(options.githubDelay, '--github-delay') },
    allowedActors: new Set(options.allowActor),
    allowedTokens: new Set([...(options.allowToken ?? []), ...(own === '' ? [] : [tokenHash(own)])]),
  };
}

/** What files say of the time before their first and after their last entry is nothing, unless the caller says that they are complete. */
function withinFiles(rules: ReconcileRules, times: Times, [first, last]: readonly [number, number]): void {
  if (!times.isFromGiven) rules.from = first;
  if (!times.isToGiven) rules.reaches = Math.min(rules.reaches, last);
}

async function readGithub(
  context: CliContext,
  options: ReconcileOptions,
  times: Times,
  reconciler: Reconciler,
): Promise<void> {
  let [entries, unreadable] = [0, 0];
  for await (const value of githubOf(context, options, times)) {
    if (!reconciler.addEntry(value)) unreadable += 1;
    entries += 1;
    if (entries % PROGRESS_EVERY === 0) context.terminal.progress?.(`${entries} entries of GitHub`);
  }
  if (unreadable > 0) throw new UnreadableInput(`${unreadable} of ${entries} entries are none of GitHub's audit log`);
}

function githubOf(context: CliContext, options: ReconcileOptions, { from, to }: Times): AsyncIterable<unknown> {
  const { githubApi: org, githubUrl: url, files } = options;
  if ((org === undefined) === (files === undefined))
    throw new UnreadableInput("name GitHub's log: either --github-api ORG or --files PATH...");
  if (files !== undefined) return githubFiles(files);
  const token = loadCliSettings(context.env).githubAuditToken.trim();
  if (token === '')
    throw new UnreadableInput(
      'HOLDSHORT_GITHUB_AUDIT_TOKEN is not set: a token with the scope read:audit_log, or the permission organization administration: read',
    );
  return githubApi({ url, org: org ?? '', token, from, to });
}

/** An empty trail beside a log with entries is another installation's, or another time's: all would be unseen. */
async function readTrail(
  context: CliContext,
  options: ReconcileOptions,
  { from, to }: ReconcileRules,
  reconciler: Reconciler,
): Promise<void> {
  const [first] = reconciler.githubRange;
  const start = Number.isFinite(from) ? from : first;
  const events =
    options.trail === undefined
      ? storedEvents(context.client(), Number.isFinite(start) ? start : to - DAY_MS, to)
      : eventsOfFile(options.trail);
  let count = 0;
  for await (const event of events) {
    reconciler.addEvent(event);
    count += 1;
    if (count % PROGRESS_EVERY === 0) context.terminal.progress?.(`${count} events of the trail`);
  }
  if (reconciler.summary.issued_tokens === 0 && Number.isFinite(first))
    throw new UnreadableInput(
      'the trail holds no lease of that time: is it the right control plane, or the right file?',
    );
  if (reconciler.summary.recorded_pushes > 0 && !Number.isFinite(first))
    throw new UnreadableInput(
      "GitHub's log holds nothing of that time, although pushes are on record: is it the right organisation?",
    );
}
