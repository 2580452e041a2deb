import type { agentV1 } from '@holdshort/contracts';
import type { Operation } from '@holdshort/github-operations';
import type { DecisionInput, Usage, UsagePer } from '@holdshort/policy';
import { inputOf, type JudgedFacts } from '../decisions/judge-policies.js';
import type { ResolvedIntent } from '../decisions/resolve-targets.js';

/** The columns of a decision that a simulation reads. */
export interface RecordedRow {
  id: string;
  decided_at: Date;
  session_id: string;
  operation: string;
  target: string;
  effect: 'allow' | 'deny' | 'hold';
  policies: string[];
  reason_codes: string[];
  request: RecordedRequest;
}

/** As decision-row.ts writes it; fields that came later may be absent. */
export interface RecordedRequest {
  operation: Operation | null;
  push: (Omit<agentV1.PushSummary, 'refs'> & { refs: (agentV1.RefUpdate & { files?: number })[] }) | null;
  principal: { login: string; sub?: string; groups: string[]; assistant: string; human: boolean } | null;
  targets: { intent: ResolvedIntent['intent']; site?: string; repository: ResolvedIntent['repository'] | null }[];
  findings?: string[];
  tainted?: boolean;
  break_glass?: boolean;
  usage?: Record<UsagePer, Usage> | null;
  gates?: string[];
  at: string | null;
}

/** Reasons with which policy itself has decided; everything else was refused before or after policy was asked. */
const OF_POLICY: ReadonlySet<string> = new Set([
  'policy_permits',
  'policy_forbids',
  'no_policy_permits',
  'approval_required',
  'approval_granted',
  'cap_reached',
  'observed',
]);
/** What people answered to a hold does not make it another decision of policy. */
const OF_PEOPLE: ReadonlySet<string> = new Set(['approval_rejected', 'approval_expired']);

/** What policy said at the time; undefined where policy did not decide. */
export function recordedEffect({ effect, reason_codes: reasons }: RecordedRow): RecordedRow['effect'] | undefined {
  if (reasons.length > 0 && reasons.every((reason) => OF_PEOPLE.has(reason))) return 'hold';
  return reasons.length > 0 && reasons.every((reason) => OF_POLICY.has(reason)) ? effect : undefined;
}

function factsOf(row: RecordedRow, request: RecordedRequest): JudgedFacts | undefined {
  const { operation, principal, at } = request;
  if (!operation || !principal || at === null) return undefined;
  return {
    call: { operation, push: request.push ?? undefined, findings: request.findings ?? [] },
    session: {
      id: row.session_id,
      isHuman: principal.human,
      humanLogin: principal.login,
      humanSub: principal.sub ?? principal.login,
      humanGroups: principal.groups,
      assistant: principal.assistant,
    },
    now: new Date(at),
    tainted: request.tainted ?? false,
    breakGlass: request.break_glass ?? false,
    ...(request.usage ? { usage: request.usage } : {}),
    gatesOpen: request.gates ?? [],
  };
}

/** Long lists of paths were cut when the decision was stored; their number was kept beside. */
function withFiles(input: DecisionInput, { push }: RecordedRequest): DecisionInput {
  const files = push?.refs.find(({ ref }) => ref === input.push?.ref)?.files;
  return input.push && files !== undefined ? { ...input, push: { ...input.push, files } } : input;
}

/** The questions that policy was asked; undefined where it was not asked. */
export function recordedInputs(row: RecordedRow): DecisionInput[] | undefined {
  const facts = factsOf(row, row.request);
  if (!facts || row.request.targets.length === 0) return undefined;
  return row.request.targets.map((target) =>
    withFiles(inputOf(facts, { ...target, repository: target.repository ?? undefined }), row.request),
  );
}
