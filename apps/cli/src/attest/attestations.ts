import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { UnreadableInput, type AuditEvent } from '@holdshort/audit-events';
import type { ApiClient } from '@holdshort/api-client';
import { fileItems } from '../verify/file-source.js';

/** An envelope as it came; nothing of it is believed yet. */
export interface Attestation {
  envelope: unknown;
  /** The record that it says it is about, where the trail names it. */
  eventId: string | undefined;
}

const PAGE = 500;

/** A commit may have been pushed to many refs; who wants more looks by repository. */
const MAX_FOUND = 1000;

/** Those of a file: what `attest export` wrote, an envelope alone however it is laid out, or events of the trail. */
export async function attestationsIn(file: string, stdin: Readable): Promise<Attestation[]> {
  let text: string;
  try {
    text = file === '-' ? await textOf(stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    throw new UnreadableInput(`${file} cannot be read`, { cause });
  }
  const values =
    parseOne(text) ??
    text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseLine);
  if (values.length === 0) throw new UnreadableInput(`${file} holds no attestation`);
  return values.map((value) => fromEvent(value) ?? { envelope: value, eventId: undefined });
}

function parseOne(text: string): unknown[] | undefined {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    return undefined; // several lines, or no JSON at all
  }
}

/** What is no JSON is no envelope, and is reported as such. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function fromEvent(value: unknown): Attestation | undefined {
  const { type, detail } = (typeof value === 'object' && value !== null ? value : {}) as Partial<AuditEvent>;
  if (type !== 'push.attested') return undefined;
  return { envelope: parseLine(String(detail?.envelope)), eventId: String(detail?.event_id) };
}

const names = ({ push }: AuditEvent, commit: string): boolean => push?.some(({ new: id }) => id === commit) ?? false;

/** Those of a commit in an archive, and the keys that are in it. */
export async function attestationsInTrail(
  trail: string,
  commit: string | undefined,
): Promise<{ found: Attestation[]; statements: unknown[] }> {
  const found: Attestation[] = [];
  const statements: unknown[] = [];
  for await (const item of fileItems(trail, process.stdin)) {
    if ('statement' in item) statements.push(item.statement);
    if (commit === undefined || !('event' in item) || !names(item.event, commit)) continue;
    const attestation = fromEvent(item.event);
    if (attestation && found.length < MAX_FOUND) found.push(attestation);
  }
  return { found, statements };
}

export async function attestationsOfStore(client: ApiClient, commit: string): Promise<Attestation[]> {
  const found: Attestation[] = [];
  const query = { commit, type: 'push.attested', limit: PAGE };
  for await (const event of client.pages('GET /audit/events', query, 'after')) {
    const attestation = names(event, commit) ? fromEvent(event) : undefined;
    if (attestation) found.push(attestation);
    if (found.length === MAX_FOUND) break;
  }
  return found;
}

/** The records with these ids, by id. */
export async function eventsInTrail(trail: string, ids: ReadonlySet<string>): Promise<Map<string, AuditEvent>> {
  const events = new Map<string, AuditEvent>();
  for await (const item of fileItems(trail, process.stdin)) {
    if ('event' in item && ids.has(item.event.id)) events.set(item.event.id, item.event);
    if (events.size === ids.size) break;
  }
  return events;
}

export async function eventsOfStore(client: ApiClient, commit: string): Promise<Map<string, AuditEvent>> {
  const events = new Map<string, AuditEvent>();
  const query = { commit, type: 'call.write', limit: PAGE };
  for await (const event of client.pages('GET /audit/events', query, 'after'))
    if (event.phase === 'outcome') events.set(event.id, event);
  return events;
}
