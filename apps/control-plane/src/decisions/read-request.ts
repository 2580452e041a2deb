import type { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import {
  gravestClass,
  INTENTS,
  SURFACES,
  isPush,
  wholePushAction,
  type Intent,
  type IntentAction,
  type Operation,
  type Surface,
  type Target,
} from '@holdshort/github-operations';
import type { FindingKind } from '@holdshort/policy';
import type { HeldFinding } from '../approvals/hold-request.js';
import { storableText } from './storable.js';

/** A decision request whose every word is known. */
export interface AskedCall {
  operation: Operation;
  push: agentV1.PushSummary | undefined;
  /** What the agent's scanners found in the content of the call; kinds of libs/policy finding-kinds.ts. */
  findings: readonly string[];
  /** The same, for the people who look at a held call; at most 20. */
  foundAt: readonly HeldFinding[];
  digest: string;
  correlationId: string;
  /** The same for a question that is asked again because its answer was lost. */
  requestId: string;
  sessionId: string;
  dryRun: boolean;
}

const isSurface = (text: string): text is Surface => (SURFACES as readonly string[]).includes(text);
const isAction = (text: string): text is IntentAction => Object.hasOwn(INTENTS, text);
const isKind = (text: string): text is 'create' | 'update' | 'force' | 'delete' =>
  ['create', 'update', 'force', 'delete'].includes(text);

/** As many as one push may carry; the agent refuses more before it asks. */
const INTENT_LIMIT = 5_000;

/** More findings than that nobody reads before answering. */
const FOUND_LIMIT = 20;

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

/**
 * Reads what the agent asks. Whatever is not known is refused: an action that this version does not know,
 * a push without its refs, a ref without its intent.
 * @throws HoldshortError `request_malformed` or `operation_unknown`
 */
export function readRequest(request: agentV1.DecideRequest): AskedCall {
  const { operation, push } = request;
  if (!operation) return refuse('The request names no operation.');
  if (!isSurface(operation.surface))
    throw new HoldshortError('operation_unknown', 'The request names an unknown surface.');
  if (operation.intents.length === 0) return refuse('The operation has no intent.');
  if (operation.intents.length > INTENT_LIMIT)
    throw new HoldshortError('request_too_large', 'The operation has too many intents.');
  const intents = operation.intents.map(readIntent);
  refuseUnmatchedPush(operation.operationId, intents, push);
  return {
    operation: {
      surface: operation.surface,
      id: operation.operationId,
      class: gravestClass(intents),
      intents,
      method: operation.method,
      path: operation.path,
      host: operation.host,
    },
    push,
    findings: [...new Set(request.findings.map(kindOfFinding))].sort(),
    foundAt: request.findings.slice(0, FOUND_LIMIT).map(readFinding),
    digest: readDigest(request.digest),
    correlationId: request.correlationId,
    requestId: request.requestId,
    sessionId: request.sessionId,
    dryRun: request.dryRun,
  };
}

/** What policy calls a finding; severities and kinds of a newer agent mean that nothing is known of the content. */
function kindOfFinding({ kind, severity }: agentV1.Finding): FindingKind {
  if (kind === 'hidden-text') return 'hidden-text';
  if (kind === 'secret' && severity === 'block') return 'secret';
  return kind === 'secret' && severity === 'warn' ? 'secret-warning' : 'unscanned';
}

const readFinding = ({ rule, severity, path, line, excerpt }: agentV1.Finding): HeldFinding => ({
  ...{ rule: storableText(rule), severity: storableText(severity), path: storableText(path), line },
  excerpt: storableText(excerpt),
});

function readIntent(intent: agentV1.Intent): Intent {
  if (!isAction(intent.action)) throw new HoldshortError('operation_unknown', 'The request names an unknown intent.');
  return { action: intent.action, target: intent.target ? readTarget(intent.target) : {} };
}

/** Protobuf says "empty" where the classification says "absent". */
function readTarget(target: agentV1.Target): Target {
  const texts = {
    owner: target.owner,
    repo: target.repo,
    repositoryId: target.repositoryId,
    nodeId: target.nodeId,
    ref: target.ref,
  };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
    ...(target.paths.length > 0 ? { paths: target.paths } : {}),
    ...(target.number > 0 ? { number: target.number } : {}),
    ...(target.account ? { account: true } : {}),
  };
}

const readDigest = (digest: string): string =>
  digest === '' || /^[0-9a-f]{64}$/.test(digest) ? digest : refuse('The digest is not a SHA-256.');

/**
 * Every ref of a push has its intent, and every ref intent its ref: nothing travels undecided. A push to a wiki or a gist
 * is one intent as a whole, which names no ref: its refs are none of the repository's.
 */
function refuseUnmatchedPush(
  operationId: string,
  intents: readonly Intent[],
  push: agentV1.PushSummary | undefined,
): void {
  if (!isPush(operationId) && push === undefined) return;
  if (push === undefined || push.refs.length === 0)
    throw new HoldshortError('push_unreadable', 'The push names no ref.');
  const wanted = push.refs.map((ref) =>
    isKind(ref.kind) ? `ref.${ref.kind} ${ref.ref}` : refuse('The push has an unknown kind of ref change.'),
  );
  if (new Set(wanted).size !== wanted.length) refuse('The push names one ref twice.');
  const whole = wholePushAction(operationId);
  const given = intents
    .filter((intent) => intent.action.startsWith('ref.'))
    .map((intent) => `${intent.action} ${intent.target.ref ?? ''}`);
  const same =
    whole === undefined
      ? wanted.length === given.length && wanted.every((entry) => given.includes(entry))
      : intents.length === 1 && intents[0]?.action === whole && intents[0].target.ref === undefined;
  if (!same) refuse('The refs of the push and the intents of the call differ.');
}
