import type { HoldshortError } from '@holdshort/errors';
import type { Exchange } from '../exchange/exchange.js';
import { refusalText, statusOf } from './refusal-text.js';

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
const DOCUMENTATION = 'https://docs.github.com/rest';

export function detail(exchange: Exchange, error: HoldshortError) {
  const { decision, correlationId } = exchange;
  return {
    code: error.code,
    correlation_id: correlationId,
    ...(decision?.decisionId
      ? {
          decision_id: decision.decisionId,
          policies: decision.determiningPolicies,
          policy_version: decision.policyVersion,
        }
      : {}),
    ...(decision?.hold ? { approval_id: decision.hold.approvalId, approval_url: decision.hold.url } : {}),
  };
}

export const words = (exchange: Exchange, error: HoldshortError): string => {
  const { summary, findings, advice, reference, warning } = refusalText(exchange, error);
  const found = findings.length > 0 ? ` Found: ${findings.join('; ')}.` : '';
  return `Holdshort refused this call: ${summary}${found} ${advice} (${reference}) ${warning}`;
};

/** GitHub's own error shape (message, documentation_url, status), so that clients show the words; ours stand beside. */
export function refuseRest(exchange: Exchange, error: HoldshortError): void {
  const status = statusOf(error.code);
  const body = {
    message: words(exchange, error),
    documentation_url: DOCUMENTATION,
    status: String(status),
    holdshort: detail(exchange, error),
  };
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="Holdshort session"' } : {};
  exchange.answer.replace(status, { ...JSON_HEADERS, ...challenge }, Buffer.from(JSON.stringify(body)));
}

/** GraphQL clients read `errors` of a 200; only a call without a session is a 401, as at GitHub. */
export function refuseGraphql(exchange: Exchange, error: HoldshortError): void {
  if (statusOf(error.code) === 401) {
    refuseRest(exchange, error);
    return;
  }
  const body = {
    data: null,
    errors: [{ type: 'FORBIDDEN', message: words(exchange, error), extensions: detail(exchange, error) }],
  };
  exchange.answer.replace(200, JSON_HEADERS, Buffer.from(JSON.stringify(body)));
}
