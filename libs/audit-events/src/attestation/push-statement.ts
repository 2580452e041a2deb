import { canonicalJson } from '../canonical-json.js';
import type { AuditEvent, EventFields, EventPushRef } from '../event.js';
import { signEnvelope, IN_TOTO_PAYLOAD_TYPE, type DsseEnvelope } from './dsse.js';
import type { Signer } from '../signed/sign.js';

/** in-toto Statement v1: github.com/in-toto/attestation, spec/v1/statement.md. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PUSH_PREDICATE_TYPE = 'https://holdshort.dev/attestation/push/v1';

/** docs/attestations.md says what each member means. */
export interface PushPredicate {
  tenant: string;
  repository: { host: string; name: string; id?: string };
  refs: { ref: string; old: string; new: string; kind: EventPushRef['kind'] }[];
  session?: string;
  engineer?: EventFields['human'];
  /** As the event names it: tool, and where known its own session, its model and the prompt's digest. */
  assistant?: EventFields['ai'];
  decision?: { id: string; effect: string; policies: string[] };
  policy?: { version: string };
  approval?: { id: string; approvers: string[]; at?: string; digest: string };
  /** The record of the outcome. */
  event: { id: string; hash: string; chain_id: string; seq: number; time: string; correlation_id: string };
  agent: string;
  /** When this was signed, RFC 3339. */
  attested_at: string;
}

export interface PushStatement {
  _type: typeof STATEMENT_TYPE;
  subject: { name: string; digest: Record<string, string> }[];
  predicateType: typeof PUSH_PREDICATE_TYPE;
  predicate: PushPredicate;
}

const isZero = (id: string): boolean => /^0+$/.test(id);

/** Refs that now stand at an object which they did not stand at before. */
const newTips = ({ push = [] }: AuditEvent): EventPushRef[] =>
  push.filter((entry) => entry.result === 'ok' && !isZero(entry.new));

/**
 * Whether the event tells of a push that GitHub accepted, with something to attest: refs that were deleted have no tip.
 * Its events are outcomes; what else has a `push` was refused or is under way.
 */
export const isAttestable = (event: AuditEvent): boolean =>
  event.type === 'call.write' &&
  event.phase === 'outcome' &&
  event.target?.repo !== undefined &&
  newTips(event).length > 0;

/** Name of the subject: where GitHub keeps the ref. */
export const subjectName = (host: string, repo: string, ref: string): string => `${host}/${repo}@${ref}`;

/**
 * A ref of tags may stand at a tag object or at a commit, and the record does not say which. `gitCommit` would be false
 * of a tag object; so such a subject has Holdshort's own name for the digest. Other refs of GitHub stand at commits.
 */
const digestOf = ({ ref, new: id }: EventPushRef): Record<string, string> =>
  ref.startsWith('refs/tags/') ? { gitObject: id } : { gitCommit: id };

/** @returns the parts of the event that its statement repeats. @throws Error where the event does not say where it happened */
export function pushStatement(event: AuditEvent, refs: readonly EventPushRef[], attestedAt: string): PushStatement {
  const { target } = event;
  if (target?.repo === undefined) throw new Error('the push names no repository');
  const { host, repo, repo_id: id } = target;
  return {
    _type: STATEMENT_TYPE,
    subject: refs.map((entry) => ({ name: subjectName(host, repo, entry.ref), digest: digestOf(entry) })),
    predicateType: PUSH_PREDICATE_TYPE,
    predicate: {
      tenant: event.tenant,
      repository: { host, name: repo, ...(id === undefined ? {} : { id }) },
      refs: refs.map(({ ref, old, new: now, kind }) => ({ ref, old, new: now, kind })),
      ...whoAndWhy(event),
      event: {
        id: event.id,
        hash: event.hash,
        chain_id: event.chain_id,
        seq: event.seq,
        time: event.time,
        correlation_id: event.correlation_id,
      },
      agent: event.agent.id,
      attested_at: attestedAt,
    },
  };
}

type WhoAndWhy = Pick<PushPredicate, 'session' | 'engineer' | 'assistant' | 'decision' | 'policy' | 'approval'>;

function whoAndWhy({ session_id: session, human, ai, decision, approval }: AuditEvent): WhoAndWhy {
  return {
    ...(session === undefined ? {} : { session }),
    ...(human ? { engineer: human } : {}),
    ...(ai ? { assistant: ai } : {}),
    ...(decision
      ? {
          decision: { id: decision.id, effect: decision.effect, policies: decision.rules },
          policy: { version: decision.policy_version },
        }
      : {}),
    ...(approval ? { approval: approvalOf(approval) } : {}),
  };
}

const approvalOf = ({ id, approvers, at, digest }: NonNullable<EventFields['approval']>) => ({
  ...{ id, approvers, digest },
  ...(at === undefined ? {} : { at }),
});

/**
 * Refs of one statement. Their names are bounded (4 KB), and an event must hold the envelope whole: a push of many refs
 * has several statements.
 */
const MAX_REFS = 50;
/** Of the names of its refs together, in UTF-16 units; each stands in the statement twice. */
const MAX_NAMES = 16 * 1024;

export interface PushAttestation {
  envelope: DsseEnvelope;
  refs: EventPushRef[];
}

/** What the agent says of a push that GitHub accepted, signed. Empty for an event with nothing to attest. */
export async function attestPush(
  event: AuditEvent,
  signer: Signer,
  attestedAt = new Date().toISOString(),
): Promise<PushAttestation[]> {
  if (!isAttestable(event)) return [];
  return Promise.all(
    parted(newTips(event)).map(async (refs) => {
      const text = canonicalJson(pushStatement(event, refs, attestedAt));
      return { refs, envelope: await signEnvelope(IN_TOTO_PAYLOAD_TYPE, text, signer) };
    }),
  );
}

function parted(refs: readonly EventPushRef[]): EventPushRef[][] {
  const parts: EventPushRef[][] = [];
  let names = Number.POSITIVE_INFINITY;
  for (const entry of refs) {
    const last = parts.at(-1);
    names += entry.ref.length;
    if (last && last.length < MAX_REFS && names <= MAX_NAMES) {
      last.push(entry);
    } else {
      parts.push([entry]);
      names = entry.ref.length;
    }
  }
  return parts;
}
