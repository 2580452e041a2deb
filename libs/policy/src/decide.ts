import { statefulIsAuthorized, type Response } from '@cedar-policy/cedar-wasm/nodejs';
import type { ReasonCode } from '@holdshort/errors';
import { buildRequest, type CedarRequest } from './build-request.js';
import { schemaName, selectionName, type CedarSchema, type CedarSelection } from './cedar-slots.js';
import type { Cap } from './caps.js';
import type { AccessPolicy } from './check-access-policies.js';
import type { DecisionInput } from './decision-input.js';
import { mergeObligations } from './obligations.js';
import type { DenyOutcome, GateDemand, HoldOutcome, Obligations, PolicyOutcome } from './outcome.js';
import type { ScopeQuestion } from './policy-scope.js';
import { scopeQuestion } from './scope-question.js';

/** What a set knows beside Cedar. */
export interface DecisionBook {
  schema: CedarSchema;
  /** Actions with their groups; see action-parents.ts. */
  actions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Which policies Cedar must see for a question; all of them would do as well, but slower. */
  select: Record<'access' | 'obligations', (question: ScopeQuestion) => CedarSelection>;
  access: ReadonlyMap<string, AccessPolicy>;
  obligations: ReadonlyMap<string, Record<string, string>>;
  gates: ReadonlySet<string>;
  /** IANA time zone of `context.local`. */
  zone: string;
  /** Repository sets in which nothing is refused; `*` means everywhere. */
  observe: ReadonlySet<string>;
}

const CIRCUMVENT = 'Do not try to reach the same by another way; the same policy applies there.';

const deny = (reason: ReasonCode, message: string, policies: string[] = []): DenyOutcome => ({
  effect: 'deny',
  policies,
  reasons: [reason],
  message,
});

/** Cedar's answer, or undefined where the request or a policy failed: an erroring policy is skipped
 * by Cedar, a forbid too, so an answer beside an error is worth nothing. */
function ask(book: DecisionBook, set: 'access' | 'obligations', request: CedarRequest): Response | undefined {
  const answer = statefulIsAuthorized({
    ...request,
    preparsedSchemaName: schemaName(book.schema),
    preparsedPolicySetId: selectionName(book.select[set](scopeQuestion(request, book.actions))),
    validateRequest: true,
  });
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0) return undefined;
  return answer.response;
}

const failed = (): DenyOutcome =>
  deny(
    'policy_error',
    `A policy could not be evaluated for this call, which means refused. Tell an administrator. ${CIRCUMVENT}`,
  );

function nothingPermits({ intent, principal }: DecisionInput): DenyOutcome {
  const { owner, repo } = intent.target;
  const where = owner === undefined ? '' : ` on ${owner}${repo === undefined ? '' : `/${repo}`}`;
  const who = principal.kind === 'assistant' ? `an assistant of ${principal.login}` : principal.login;
  const message = `No policy permits ${intent.action}${where} for ${who}. Ask an administrator of Holdshort if this is part of your task. ${CIRCUMVENT}`;
  return deny('no_policy_permits', message);
}

/** Limits that the policies set and that are used up. */
function usedUp(policies: readonly AccessPolicy[], { usage }: DecisionInput): Cap[] {
  const caps = policies.flatMap((policy) => policy.caps);
  return caps.filter(({ per, measure, limit }) => (usage?.[per][measure] ?? 0) >= limit);
}

function forbidden(policies: readonly AccessPolicy[], input: DecisionInput): DenyOutcome {
  const messages = policies.map((policy) => policy.message);
  const caps = usedUp(policies, input);
  // Only where every forbid is a cap does waiting help.
  const waits = caps.length > 0 && policies.every((policy) => policy.caps.length > 0);
  const outcome = deny(
    waits ? 'cap_reached' : 'policy_forbids',
    [...new Set([...messages, CIRCUMVENT])].join(' '),
    policies.map((policy) => policy.id),
  );
  return waits ? { ...outcome, caps } : outcome;
}

function held(policies: readonly AccessPolicy[], gates: GateDemand[]): HoldOutcome {
  const message = [...new Set(gates.map((gate) => gate.message))].join(' ');
  return {
    effect: 'hold',
    policies: policies.map((policy) => policy.id),
    reasons: ['approval_required'],
    message,
    gates,
  };
}

/** Two holds behind one gate are one demand, with the larger number and the shorter life. */
function mergeGates(policies: readonly AccessPolicy[]): GateDemand[] {
  const byKey = new Map<string, GateDemand>();
  for (const { gate } of policies) {
    if (!gate) continue;
    const key = `${gate.name} ${gate.approvers}`;
    const known = byKey.get(key);
    byKey.set(key, known ? stricterGate(known, gate) : gate);
  }
  return [...byKey.values()];
}

const stricterGate = (a: GateDemand, b: GateDemand): GateDemand => ({
  ...a,
  required: Math.max(a.required, b.required),
  exclude: [...new Set([...a.exclude, ...b.exclude])],
  expiresSeconds: Math.min(a.expiresSeconds, b.expiresSeconds),
  message: [...new Set([a.message, b.message])].join(' '),
});

/** Ids of the obligations that match; undefined where that cannot be told. Cedar is not asked where the heads say it all. */
function matchingObligations(book: DecisionBook, request: CedarRequest): readonly string[] | undefined {
  const selection = book.select.obligations(scopeQuestion(request, book.actions));
  return selection.allMatch ? Object.keys(selection.policies) : ask(book, 'obligations', request)?.diagnostics.reason;
}

/** What an allow is bound to; undefined where that cannot be told. */
const obligationsOf = (book: DecisionBook, request: CedarRequest): Obligations | undefined =>
  mergeAll(book, matchingObligations(book, request));

const mergeAll = (book: DecisionBook, ids: readonly string[] | undefined): Obligations | undefined =>
  ids && mergeObligations(ids.map((id) => book.obligations.get(id) ?? {}));

function allowed(book: DecisionBook, request: CedarRequest, input: DecisionInput, policies: string[]): PolicyOutcome {
  const obligations = obligationsOf(book, request);
  if (!obligations) return failed();
  const reasons: ReasonCode[] =
    input.gatesOpen.length > 0 ? ['policy_permits', 'approval_granted'] : ['policy_permits'];
  return { effect: 'allow', policies, reasons, obligations, message: '' };
}

/** A hold stands only where the call would pass once its gates are open; nobody is asked in vain. */
function holdOrDeny(book: DecisionBook, input: DecisionInput, holds: readonly AccessPolicy[]): PolicyOutcome {
  const gates = mergeGates(holds);
  const opened = [...openGates(book, input), ...gates.map((gate) => gate.name)];
  const request = buildRequest(input, [...new Set(opened)], book.zone);
  if ('reason' in request) return deny(request.reason, request.message);
  const response = ask(book, 'access', request);
  if (!response) return failed();
  if (response.decision === 'allow') return held(holds, gates);
  const reasons = policiesOf(book, response);
  return reasons.length === 0 ? nothingPermits(input) : forbidden(reasons, input);
}

/** Gates of another version of the policies open nothing here. */
export const openGates = (book: DecisionBook, input: DecisionInput): string[] =>
  input.gatesOpen.filter((gate) => book.gates.has(gate));

const policiesOf = (book: DecisionBook, response: Response): AccessPolicy[] =>
  response.diagnostics.reason
    .map((id) => book.access.get(id))
    .filter((policy) => policy !== undefined)
    .sort((a, b) => a.id.localeCompare(b.id));

function judge(book: DecisionBook, input: DecisionInput): PolicyOutcome {
  const request = buildRequest(input, openGates(book, input), book.zone);
  if ('reason' in request) return deny(request.reason, request.message);
  const response = ask(book, 'access', request);
  if (!response) return failed();
  const decisive = policiesOf(book, response);
  if (response.decision === 'allow')
    return allowed(
      book,
      request,
      input,
      decisive.map((policy) => policy.id),
    );
  if (decisive.length === 0) return nothingPermits(input);
  const hard = decisive.filter((policy) => policy.effect === 'deny');
  return hard.length > 0 ? forbidden(hard, input) : holdOrDeny(book, input, decisive);
}

const isObserved = ({ observe }: DecisionBook, { repository }: DecisionInput): boolean =>
  observe.has('*') || (repository?.sets.some((set) => observe.has(set)) ?? false);

/** Only what policy itself refuses is let through for observation: never what could not be judged. */
const OBSERVABLE: ReadonlySet<ReasonCode> = new Set([
  'policy_forbids',
  'no_policy_permits',
  'approval_required',
  'cap_reached',
]);

/** The outcome where the set is in force; where it only observes, an allow that tells what it would have been. */
function observed(book: DecisionBook, input: DecisionInput, outcome: PolicyOutcome): PolicyOutcome {
  if (outcome.effect === 'allow' || !isObserved(book, input)) return outcome;
  if (!outcome.reasons.every((reason) => OBSERVABLE.has(reason))) return outcome;
  const request = buildRequest(input, openGates(book, input), book.zone);
  const obligations = 'reason' in request ? undefined : obligationsOf(book, request);
  if (!obligations) return failed();
  const { policies, reasons } = outcome;
  return {
    effect: 'allow',
    policies,
    reasons: ['observed', ...reasons],
    obligations,
    message: '',
    observed: outcome.effect,
  };
}

/** Three outcomes out of Cedar's two; deny beats hold, and any fault is a deny. */
export function decide(book: DecisionBook, input: DecisionInput): PolicyOutcome {
  try {
    return observed(book, input, judge(book, input));
  } catch {
    // Cedar's binding throws on values it cannot take, e.g. a fraction for a Long.
    return failed();
  }
}
