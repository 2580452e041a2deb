import {
  UnreadableInput,
  AuditKeys,
  checkAttestation,
  readPushAttestation,
  type AuditEvent,
  type PushStatement,
} from '@holdshort/audit-events';
import type { CliContext } from '../cli-context.js';
import { fileItems } from '../verify/file-source.js';
import { RootKeys } from '../verify/root-keys.js';
import { keyItems } from '../verify/store-source.js';
import {
  attestationsIn,
  attestationsInTrail,
  attestationsOfStore,
  eventsInTrail,
  eventsOfStore,
  type Attestation,
} from './attestations.js';

export interface AttestOptions {
  commit?: string;
  keys?: string;
  rootKey?: string;
  trail?: string;
}

export interface CheckedAttestation {
  verdict: 'good' | 'failed';
  objection?: string;
  /** Whether the record that it names was at hand. */
  compared: boolean;
  statement?: PushStatement;
}

export interface AttestResult {
  verdict: 'good' | 'failed' | 'could_not_tell';
  commit?: string;
  reasons: string[];
  root_key?: string;
  attestations: CheckedAttestation[];
}

interface Input {
  found: Attestation[];
  statements: unknown[];
  /** The keys came from the control plane itself, just now. */
  isLive: boolean;
}

/** @throws UnreadableInput, or HoldshortError, where nothing can be told */
export async function verifyAttestations(
  context: CliContext,
  file: string | undefined,
  options: AttestOptions,
): Promise<AttestResult> {
  const { commit } = options;
  if (commit !== undefined && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new UnreadableInput('--commit takes a full id: 40 or 64 hexadecimal digits');
  const input = await readInput(context, file, options);
  const about = commit === undefined ? {} : { commit };
  if (input.found.length === 0)
    return { ...about, verdict: 'failed', reasons: [`no attestation of ${commit ?? 'it'} is there`], attestations: [] };
  const keys = AuditKeys.read(input.statements, options.rootKey);
  const doubt = doubtOf(context, keys, input.isLive, options.rootKey);
  const events = await eventsFor(context, input.found, file, options);
  const attestations = input.found.map(({ envelope }) => check(envelope, { keys, commit, events }));
  const isGood = attestations.every(({ verdict }) => verdict === 'good');
  return {
    ...about,
    verdict: isGood ? (doubt === undefined ? 'good' : 'could_not_tell') : 'failed',
    reasons: doubt === undefined ? [] : [doubt],
    root_key: keys.root,
    attestations,
  };
}

async function readInput(context: CliContext, file: string | undefined, options: AttestOptions): Promise<Input> {
  const { commit, trail } = options;
  if (file === undefined && commit === undefined) throw new UnreadableInput('name a file or --commit');
  // with a file, the trail is looked through for keys only; the record is looked for later
  const wanted = file === undefined ? commit : undefined;
  const inTrail = trail === undefined ? undefined : await attestationsInTrail(trail, wanted);
  const found = file === undefined ? inTrail?.found : await attestationsIn(file, process.stdin);
  return {
    found: found ?? (await attestationsOfStore(context.client(), commit ?? '')),
    ...(await keysFor(context, options.keys, inTrail?.statements)),
  };
}

/** Of the file that was named, else of the archive, else of the control plane. */
async function keysFor(
  context: CliContext,
  file: string | undefined,
  inTrail: unknown[] = [],
): Promise<Pick<Input, 'statements' | 'isLive'>> {
  const given = file === undefined ? inTrail : await statementsIn(file);
  if (given.length > 0) return { statements: given, isLive: false };
  if (file !== undefined) throw new UnreadableInput(`${file} holds no key`);
  return { statements: await statementsOfStore(context), isLive: true };
}

async function statementsIn(file: string): Promise<unknown[]> {
  const statements: unknown[] = [];
  for await (const item of fileItems(file, process.stdin)) if ('statement' in item) statements.push(item.statement);
  return statements;
}

async function statementsOfStore(context: CliContext): Promise<unknown[]> {
  const statements: unknown[] = [];
  for await (const item of keyItems(context.client())) if ('statement' in item) statements.push(item.statement);
  return statements;
}

/**
 * Why the control plane's key is not one that is known. From the control plane itself it is pinned at first use, aloud, as
 * `audit verify` does; a file could bring a key of its own, and proves nothing without a pinned one.
 */
function doubtOf(
  context: CliContext,
  { root }: AuditKeys,
  isLive: boolean,
  given: string | undefined,
): string | undefined {
  if (given !== undefined) return undefined;
  const roots = new RootKeys(context.home);
  if (!isLive)
    return Object.values(roots.all()).includes(root)
      ? undefined
      : `the key ${root} is of no control plane that is known here; if it is the right one, give it by --root-key`;
  const url = context.stack.controlPlane;
  const pinned = roots.get(url);
  if (pinned === root) return undefined;
  if (pinned !== undefined) return `the key of ${url} was ${pinned}, and is ${root} now`;
  roots.pin(url, root);
  context.terminal.err(
    `WARNING: first use. The audit key ${root} of ${url} is trusted from now on; compare it with what your administrator says.`,
  );
  return undefined;
}

async function eventsFor(
  context: CliContext,
  found: readonly Attestation[],
  file: string | undefined,
  { trail, commit }: AttestOptions,
): Promise<ReadonlyMap<string, AuditEvent> | undefined> {
  if (trail !== undefined) {
    const ids = found.flatMap(({ envelope, eventId }) => eventId ?? statedEvent(envelope) ?? []);
    return eventsInTrail(trail, new Set(ids));
  }
  return file === undefined ? eventsOfStore(context.client(), commit ?? '') : undefined;
}

function statedEvent(envelope: unknown): string | undefined {
  const read = readPushAttestation(envelope);
  return 'problem' in read ? undefined : read.statement.predicate.event.id;
}

interface Check {
  keys: AuditKeys;
  commit: string | undefined;
  /** Undefined: no trail is at hand. */
  events: ReadonlyMap<string, AuditEvent> | undefined;
}

/** Where the trail is at hand it must hold the record: an attestation of what nobody recorded is none. */
function check(envelope: unknown, { keys, commit, events }: Check): CheckedAttestation {
  const id = statedEvent(envelope);
  const event = id === undefined ? undefined : events?.get(id);
  const verdict = checkAttestation(envelope, { keys, commit, event });
  const objection =
    verdict.objection ??
    (events && !event ? `names the event ${String(id)}, which the trail does not hold` : undefined);
  return {
    verdict: objection === undefined ? 'good' : 'failed',
    ...(objection === undefined ? {} : { objection }),
    compared: verdict.compared,
    ...(verdict.statement ? { statement: verdict.statement } : {}),
  };
}
