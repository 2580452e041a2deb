import { isEvidence, TrailCheck, UnreadableInput, type CheckResult, type TrailItem } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import type { CliContext } from '../cli-context.js';
import { explain } from '../exit-code.js';
import { fileItems } from './file-source.js';
import { kafkaItems } from './kafka-source.js';
import { outsideAnchors } from './outside-anchors.js';
import { RootKeys } from './root-keys.js';
import { spoolItems } from './spool-source.js';
import { evidenceItems, keyItems, storeItems } from './store-source.js';
import type { TimeStampsSeen } from './time-stamps.js';

export interface VerifyOptions {
  since?: string;
  file?: string;
  spool?: string;
  /** Brokers. */
  kafka?: string;
  evidence?: string;
  rootKey?: string;
  anchors?: string;
  /** File of the roots of a time-stamp authority. */
  tsaCa?: string;
  /** Seconds. */
  settle: string;
}

export type VerifyResult = CheckResult & Partial<TimeStampsSeen>;

type Items = AsyncIterable<TrailItem>;

/** Often enough to see that it goes on, seldom enough to cost nothing. */
const PROGRESS_EVERY = 20_000;

/**
 * Reads the trail that the options name, once, and checks all of it.
 * @throws UnreadableInput, or HoldshortError, where it cannot be read: then nothing can be told
 */
export async function verifyTrail(context: CliContext, options: VerifyOptions): Promise<VerifyResult> {
  const settled = settledAt(options.settle);
  const outside = options.anchors === undefined ? [] : await outsideAnchors(options.anchors);
  const withTimeStamps = options.tsaCa === undefined ? undefined : await timeStampsBy(options.tsaCa);
  const trust = new Trust(context, options);
  const anchors = [...outside];
  const check = new TrailCheck({
    ...{ root: trust.pinned, outside, settled, isLive: trust.isLive },
    partialStart: options.since !== undefined || options.spool !== undefined || options.kafka !== undefined,
  });
  for await (const item of itemsOf(context, options)) {
    if ('anchor' in item) anchors.push(item.anchor);
    if (!check.add(item)) break;
    if (check.events % PROGRESS_EVERY === 0 && 'event' in item) context.terminal.progress?.(`${check.events} events`);
  }
  const result = trust.judge(check.finish());
  return withTimeStamps ? withTimeStamps(result, anchors) : result;
}

/** @throws UnreadableInput for what is no number of seconds */
function settledAt(seconds: string): string {
  const settle = Number(seconds);
  if (!Number.isFinite(settle) || settle < 0) throw new UnreadableInput('--settle must be seconds');
  return new Date(Date.now() - settle * 1000).toISOString();
}

/** What it takes to check time stamps is not small, and few ask for it. */
const timeStampsBy = async (roots: string) => (await import('./time-stamps.js')).timeStampsBy(roots);

function itemsOf(context: CliContext, options: VerifyOptions): Items {
  const { file, spool, kafka, evidence, since } = options;
  if ([file, spool, kafka].filter((input) => input !== undefined).length > 1)
    throw new UnreadableInput('only one of --file, --spool and --kafka can be verified at a time');
  const given = evidence === undefined ? undefined : fileItems(evidence, process.stdin);
  // an archive is as old as it is: heads of today would ask for records of today
  if (file !== undefined)
    return withEvidence(fileItems(file, process.stdin), given ?? ofControlPlane(context, keyItems));
  if (spool !== undefined) return withEvidence(spoolItems(spool), given ?? ofControlPlane(context, evidenceItems));
  if (kafka !== undefined)
    return withEvidence(kafkaItems(kafka, context.env), given ?? ofControlPlane(context, evidenceItems));
  return storeItems(context.client(), since);
}

/** What the control plane says, where somebody is signed in; nothing where not. */
async function* ofControlPlane(
  context: CliContext,
  items: (client: ReturnType<CliContext['client']>) => Items,
): AsyncGenerator<TrailItem> {
  let client;
  try {
    client = context.client();
  } catch (error) {
    if (!(error instanceof HoldshortError)) throw error;
    context.terminal.err(`No keys: ${explain(error).replace(/^holdshort: /, '')} Or give them by --evidence FILE.`);
    return;
  }
  yield* items(client);
}

/** The input's own evidence counts; where it begins without, what was given. */
async function* withEvidence(input: Items, given: Items): AsyncGenerator<TrailItem> {
  let isFirst = true;
  for await (const item of input) {
    if (isFirst && !isEvidence(item)) yield* evidenceOnly(given);
    isFirst = false;
    yield item;
  }
}

/** A file of evidence may be a whole export. */
async function* evidenceOnly(items: Items): AsyncGenerator<TrailItem> {
  for await (const item of items) {
    if (!isEvidence(item)) return;
    yield item;
  }
}

/** Whose key of a control plane is believed. */
class Trust {
  readonly isLive: boolean;
  private readonly roots: RootKeys;

  constructor(
    private readonly context: CliContext,
    private readonly options: VerifyOptions,
  ) {
    const { file, spool, kafka } = options;
    this.isLive = file === undefined && spool === undefined && kafka === undefined;
    this.roots = new RootKeys(context.home);
  }

  get pinned(): string | undefined {
    return this.options.rootKey ?? (this.isLive ? this.roots.get(this.context.stack.controlPlane) : undefined);
  }

  /** Trust on first use is said aloud; a key in a file that is none of those known cannot vouch for it. */
  judge(result: CheckResult): CheckResult {
    const { root_key: root } = result;
    if (root === undefined || this.pinned !== undefined) return result;
    if (this.isLive && result.verdict !== 'broken') this.trustFirst(root);
    if (this.isLive) return result;
    const known = Object.values(this.roots.all());
    if (known.includes(root)) return result;
    if (known.length === 0) {
      this.context.terminal.err(
        `WARNING: the key ${root}, by which all else is judged, is taken on the word of the input. Pin it by --root-key.`,
      );
      return result;
    }
    const reason = `the key ${root} is of no control plane that is known here; if it is the right one, give it by --root-key`;
    if (result.verdict === 'broken') return result;
    return { ...result, verdict: 'could_not_tell', reasons: [...result.reasons, reason] };
  }

  private trustFirst(root: string): void {
    const url = this.context.stack.controlPlane;
    this.roots.pin(url, root);
    this.context.terminal.err(
      `WARNING: first use. The audit key ${root} of ${url} is trusted from now on; compare it with what your administrator says.`,
    );
  }
}
