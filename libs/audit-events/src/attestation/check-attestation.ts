import { eventHash } from '../canonical-json.js';
import type { AuditEvent } from '../event.js';
import { isHash, isName, isObject, isSeq, isTime, type Rule } from '../signed/shape.js';
import type { AuditKeys } from '../signed/audit-keys.js';
import { IN_TOTO_PAYLOAD_TYPE, isEnvelopeSignedBy, readEnvelope, type DsseEnvelope } from './dsse.js';
import {
  PUSH_PREDICATE_TYPE,
  pushStatement,
  STATEMENT_TYPE,
  subjectName,
  type PushStatement,
} from './push-statement.js';

export interface AttestationQuestion {
  /** Certificates, up to the control plane's key. */
  keys: AuditKeys;
  /** The commit that it must be about; undefined: whichever it names. */
  commit?: string | undefined;
  /** The record of the outcome, where the trail is at hand. */
  event?: AuditEvent | undefined;
}

/** What does not hold, in words that go on after "the attestation"; undefined where all of it does. */
export interface AttestationVerdict {
  objection?: string;
  statement?: PushStatement;
  /** Whether it was compared with the record that it names. */
  compared: boolean;
}

type Read = { statement: PushStatement; envelope: DsseEnvelope; payload: string } | { problem: string };

/** Of the parsed envelope; nothing of it is believed yet. */
export function readPushAttestation(value: unknown): Read {
  const read = readEnvelope(value);
  if ('problem' in read) return { problem: `is no DSSE envelope: ${read.problem}` };
  const { envelope, payload } = read;
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE)
    return { problem: `has the payload type ${JSON.stringify(envelope.payloadType)}, not ${IN_TOTO_PAYLOAD_TYPE}` };
  let statement: unknown;
  try {
    statement = JSON.parse(payload);
  } catch {
    return { problem: 'holds no JSON' };
  }
  const misfit = misfitOf(statement);
  if (misfit !== undefined) return { problem: `is no statement on a push: ${misfit}` };
  return { statement: statement as PushStatement, envelope, payload };
}

/** Signature, key, subject, and where there is one the record: all must hold. Never throws. */
export function checkAttestation(value: unknown, { keys, commit, event }: AttestationQuestion): AttestationVerdict {
  const read = readPushAttestation(value);
  if ('problem' in read) return { objection: read.problem, compared: false };
  const { statement } = read;
  const objection =
    signatureObjection(read, keys) ??
    subjectObjection(statement, commit) ??
    (event && eventObjection(statement, event));
  return { ...(objection === undefined ? {} : { objection }), statement, compared: event !== undefined };
}

/** One signature that counts is enough, as DSSE has it; else why the first does not. */
function signatureObjection(
  { statement, envelope, payload }: Exclude<Read, { problem: string }>,
  keys: AuditKeys,
): string | undefined {
  const { agent, attested_at: at } = statement.predicate;
  const objections = envelope.signatures.map(({ keyid, sig }) =>
    keys.keyObjection(keyid, agent, at, (x) => isEnvelopeSignedBy(x, envelope, payload, sig)),
  );
  const [first] = objections;
  return objections.includes(undefined) || first === undefined ? undefined : `does not count: ${first}`;
}

const idOf = (digest: Record<string, string>): string | undefined => digest.gitCommit ?? digest.gitObject;

/** Subjects and refs say the same, one by one, and the commit is among them. */
function subjectObjection(
  { subject, predicate: { repository, refs } }: PushStatement,
  commit: string | undefined,
): string | undefined {
  const agrees = refs.every(
    ({ ref, new: id }, n) =>
      subject[n]?.name === subjectName(repository.host, repository.name, ref) && idOf(subject[n].digest) === id,
  );
  if (!agrees || refs.length !== subject.length) return 'has subjects that are not the refs of its push';
  if (commit === undefined || refs.some(({ new: id }) => id === commit)) return undefined;
  return `is about ${refs.map(({ new: id }) => id).join(', ')}, not about ${commit}`;
}

/** The record is whole, is the one that is meant, and says what the statement says. */
function eventObjection(statement: PushStatement, event: AuditEvent): string | undefined {
  const { predicate } = statement;
  if (eventHash(event) !== event.hash) return `names the event ${event.id}, which is not as it was written`;
  if (event.id !== predicate.event.id || event.hash !== predicate.event.hash)
    return `names the event ${predicate.event.id} with the hash ${predicate.event.hash}; the trail has ${event.id} with ${event.hash}`;
  const refs = (event.push ?? []).filter(({ ref, new: id }) =>
    predicate.refs.some((named) => named.ref === ref && named.new === id),
  );
  const expected = pushStatement(event, refs, predicate.attested_at);
  const place = differingPlace(statement, expected, '');
  return place === undefined ? undefined : `says something else than its event: ${place}`;
}

/** Path of the first member that is not the same; a member that this version knows and the statement has not is no difference. */
function differingPlace(stated: unknown, expected: unknown, path: string): string | undefined {
  if (typeof stated !== 'object' || stated === null) return stated === expected ? undefined : path;
  if (!isAlike(stated, expected)) return path;
  for (const [name, value] of Object.entries(stated)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (!Object.hasOwn(expected, name)) return at;
    const place = differingPlace(value, (expected as Record<string, unknown>)[name], at);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Whether both are objects, or lists of one length. */
const isAlike = (stated: object, expected: unknown): expected is object =>
  typeof expected === 'object' &&
  expected !== null &&
  Array.isArray(stated) === Array.isArray(expected) &&
  (!Array.isArray(stated) || stated.length === (expected as unknown[]).length);

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const isId: Rule = (value) => typeof value === 'string' && OBJECT_ID.test(value);
const isText: Rule = (value) => typeof value === 'string' && value !== '';

/** What is relied on must be there; what a newer agent adds is let through, for the signature covers it. */
function misfitOf(value: unknown): string | undefined {
  if (!isObject(value)) return 'not an object';
  if (value._type !== STATEMENT_TYPE) return '_type';
  if (value.predicateType !== PUSH_PREDICATE_TYPE) return 'predicateType';
  return subjectMisfit(value.subject) ?? predicateMisfit(value.predicate);
}

function subjectMisfit(subject: unknown): string | undefined {
  if (!Array.isArray(subject) || subject.length === 0) return 'subject';
  const place = subject.findIndex(
    (entry: unknown) =>
      !isObject(entry) ||
      !isText(entry.name) ||
      !isObject(entry.digest) ||
      !isId(entry.digest.gitCommit ?? entry.digest.gitObject),
  );
  return place === -1 ? undefined : `subject[${place}]`;
}

function predicateMisfit(predicate: unknown): string | undefined {
  if (!isObject(predicate)) return 'predicate';
  const { event, repository, refs, agent, attested_at: at } = predicate;
  const broken = [
    ['predicate.agent', isName(agent)],
    ['predicate.attested_at', isTime(at)],
    ['predicate.event', isObject(event) && isText(event.id) && isHash(event.hash) && isSeq(event.seq)],
    ['predicate.repository', isObject(repository) && isText(repository.host) && isText(repository.name)],
    [
      'predicate.refs',
      Array.isArray(refs) && refs.every((ref: unknown) => isObject(ref) && isText(ref.ref) && isId(ref.new)),
    ],
  ].find(([, holds]) => holds !== true);
  return broken?.[0] as string | undefined;
}
