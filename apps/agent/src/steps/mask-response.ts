import type { Exchange } from '../exchange/exchange.js';
import { masking } from '../masking/load-masking.js';
import { refuseUnmaskable } from '../masking/unmaskable.js';
import { TOKEN_OPERATION } from './forward-copilot-token.js';

/** A part of an answer can begin or end within a secret; an answer that is packed cannot be read. */
const NOT_ASKED = ['range', 'if-range', 'a-im', 'want-digest', 'want-content-digest', 'want-repr-digest'];

/**
 * Where the decision obliges to mask: refuses what cannot be masked, asks GitHub for the whole and plain answer, and puts the
 * mask before the client. What the forwarding steps then pass on goes through it.
 */
export async function maskResponse(exchange: Exchange): Promise<void> {
  const { maskDetectors = [], maskFields = [] } = exchange.decision?.obligations ?? {};
  if (maskDetectors.length + maskFields.length === 0) return;
  refuseUnmaskable(exchange);
  if (isOwnAnswer(exchange)) return;
  const { ResponseMask } = await masking();
  const mask = new ResponseMask(maskDetectors, maskFields);
  const headers = { ...exchange.upstreamHeaders, 'accept-encoding': 'identity' };
  for (const name of NOT_ASKED) Reflect.deleteProperty(headers, name);
  exchange.upstreamHeaders = headers;
  exchange.answer.maskWith(mask);
  exchange.masked = () => mask.counts();
}

/** Answers that the agent writes itself carry the session's own credential or addresses, and nothing of GitHub's. */
const isOwnAnswer = ({ operation, lfs }: Exchange): boolean =>
  operation.id === TOKEN_OPERATION || operation.id === 'registry/token' || lfs !== undefined;
