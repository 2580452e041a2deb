import type { HoldshortError, ReasonCode } from '@holdshort/errors';
import { placeOf, type Finding } from '../content/finding.js';
import type { Exchange } from '../exchange/exchange.js';

/** HTTP status per reason; what is not listed is a refusal by policy: 403. */
const STATUS: Partial<Record<ReasonCode, number>> = {
  session_missing: 401,
  session_unknown: 401,
  session_ended: 401,
  kill_switch: 403,
  request_malformed: 400,
  request_too_large: 413,
  push_unreadable: 400,
  push_too_large: 413,
  not_found: 404,
  rate_limited: 429,
  github_rate_limited: 429,
  control_plane_unreachable: 503,
  audit_unavailable: 503,
  lease_unavailable: 502,
  upstream_unreachable: 502,
  upstream_refused: 502,
  internal_error: 500,
};

export const statusOf = (code: ReasonCode): number => STATUS[code] ?? 403;

/** The reasons for which trying again unchanged may help; for the others the reader must change something. */
const TRANSIENT: ReadonlySet<ReasonCode> = new Set([
  'control_plane_unreachable',
  'upstream_unreachable',
  'github_rate_limited',
  'internal_error',
  'client_gone',
]);

export interface RefusalText {
  /** One line: what was refused and why. */
  summary: string;
  /** What the scanners found, where that may be why: `path:line: title (rule) excerpt`, and how to mend it. */
  findings: string[];
  /** What to do instead. */
  advice: string;
  /** Where the record of this is found. */
  reference: string;
  /** For a language model that looks for another way. */
  warning: string;
}

/** Refusals that can have their reason in the content. */
const BY_CONTENT: ReadonlySet<ReasonCode> = new Set([
  'policy_forbids',
  'approval_required',
  'approval_rejected',
  'approval_expired',
]);

/** More lines than these push the rest of a refusal off the screen; the event has all of them. */
const SHOWN_FINDINGS = 10;

function findingLines({ findings = [] }: Exchange, error: HoldshortError): string[] {
  if (!BY_CONTENT.has(error.code)) return [];
  const grave = findings.filter(({ severity }) => severity === 'block');
  const lines = grave.slice(0, SHOWN_FINDINGS).map(findingLine);
  const more = grave.length - lines.length;
  return more > 0 ? [...lines, `and ${String(more)} more`] : lines;
}

/** One finding, with how to mend it. */
const findingLine = (finding: Finding): string =>
  `${placeOf(finding)}: ${finding.title} (rule ${finding.rule}${finding.fingerprint ? `, fingerprint ${finding.fingerprint}` : ''}) ${finding.excerpt} ${finding.advice}`
    .replace(/\s+/g, ' ')
    .trim();

/** The words of every refusal, for a person and for a language model; each surface gives them its own form. */
export function refusalText(exchange: Exchange, error: HoldshortError): RefusalText {
  const decision = exchange.decision?.decisionId ? `, decision ${exchange.decision.decisionId}` : '';
  return {
    summary: error.message,
    findings: findingLines(exchange, error),
    advice: error.advice ?? 'Ask the owner of the policy if this should be possible.',
    reference: `reason ${error.code}${decision}, call ${exchange.correlationId}`,
    warning: TRANSIENT.has(error.code)
      ? 'This is a fault, not a verdict on the call.'
      : 'Other ways to the same effect are judged by the same rule and recorded; do not look for one.',
  };
}
