import { isAttestable, type AuditEvent } from '@holdshort/audit-events';
import { isPush, wholePushAction } from '@holdshort/github-operations';

/** A token that Holdshort had GitHub make. */
export interface IssuedToken {
  k: 'token';
  token: string;
  /** Of the lease, or of the control plane's own read token. */
  id: string;
  kind: 'lease' | 'facts';
  session: string;
  engineer: string;
}

/** A push that an agent forwarded with a lease. */
export interface RecordedPush {
  k: 'push';
  token: string;
  event: string;
  repo: string;
  /** First byte of the request, and the record of its outcome; milliseconds since 1970. */
  from: number;
  until: number;
  session: string;
  engineer: string;
  requestId: string;
  /** GitHub said that refs moved. */
  accepted: boolean;
  /** Refs that moved to an object: there is something to attest. */
  attestable: boolean;
}

/** An attestation of the push whose outcome is `event`. */
export interface RecordedAttestation {
  k: 'attested';
  token: string;
  event: string;
}

/** One half of a push, by which one without an ordinary outcome is found. */
export interface PushHalf {
  k: 'attempt' | 'outcome' | 'recovered';
  call: string;
  session: string;
  repo: string;
  time: number;
}

export interface TrailRecords {
  /** Joined by the token. */
  joined?: IssuedToken | RecordedPush | RecordedAttestation;
  /** Kept aside, for pushes whose outcome does not name the lease. */
  half?: PushHalf;
}

/** The types of event that are of interest. */
export const TRAIL_TYPES = ['lease.issued', 'facts_token.issued', 'call.write', 'push.attested'] as const;

/** Wikis and gists have no entry in the log of the repository. */
const isRepositoryPush = ({ request }: AuditEvent): boolean =>
  request !== undefined && isPush(request.operation) && wholePushAction(request.operation) === undefined;

/** What an event says for the join; empty for most. */
export function trailRecords(event: AuditEvent): TrailRecords {
  switch (event.type) {
    case 'lease.issued':
    case 'facts_token.issued':
      return issued(event);
    case 'push.attested':
      return attested(event);
    case 'call.write':
      return isRepositoryPush(event) ? pushed(event) : {};
    default:
      return {};
  }
}

function issued({ type, lease, session_id: session = '', human }: AuditEvent): TrailRecords {
  if (!lease) return {};
  const kind = type === 'lease.issued' ? 'lease' : 'facts';
  const { id, token_sha256_b64: token } = lease;
  return { joined: { k: 'token', token, id, kind, session, engineer: human?.login ?? '' } };
}

function attested({ lease, detail }: AuditEvent): TrailRecords {
  const event = detail?.event_id;
  if (!lease || typeof event !== 'string') return {};
  return { joined: { k: 'attested', token: lease.token_sha256_b64, event } };
}

function pushed(event: AuditEvent): TrailRecords {
  const { phase, correlation_id: call, session_id: session = '', target, detail } = event;
  const repo = (target?.repo ?? '').toLowerCase();
  const time = Date.parse(event.time);
  if (phase === 'attempt') return { half: { k: 'attempt', call, session, repo, time } };
  if (detail?.recovered === true) return { half: { k: 'recovered', call, session, repo, time } };
  const half: PushHalf = { k: 'outcome', call, session, repo, time };
  const joined = forwarded(event, repo, time);
  return joined ? { joined, half } : { half };
}

/**
 * A push that was refused, or of which GitHub moved nothing, is in no log of pushes: were it joined with an entry, an
 * attempt to push could excuse another one beside it.
 */
function forwarded(event: AuditEvent, repo: string, until: number): RecordedPush | undefined {
  const { lease, outcome, push = [], response, session_id: session = '', human } = event;
  const accepted = push.some(({ result }) => result === 'ok');
  if (!lease || (!accepted && outcome !== 'unknown')) return undefined;
  return {
    k: 'push',
    token: lease.token_sha256_b64,
    event: event.id,
    repo,
    from: until - (response?.duration_ms ?? 0),
    until,
    session,
    engineer: human?.login ?? '',
    requestId: response?.github_request_id ?? '',
    accepted,
    attestable: isAttestable(event),
  };
}
