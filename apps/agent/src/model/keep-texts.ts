import type { agentV1 } from '@holdshort/contracts';
import type { DigestedText } from '@holdshort/model-traffic';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import type { SeenExchange } from './model-event.js';

/** Copilot names the repository that the conversation is about. */
const REPOSITORY_HEADER = 'x-github-repository-nwo';
const REPOSITORY = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;

/**
 * Hands prompt and answer over where the session's policy wants texts, each once. Nobody waits for it: without its text
 * a prompt still has its digest in the trail.
 * @returns whether something was handed over
 */
export function keepTexts(
  exchange: Exchange,
  agent: AgentContext,
  { request, answer }: Pick<SeenExchange, 'request' | 'answer'>,
): boolean {
  const { session, correlationId } = exchange;
  if (!session || (session.promptKeeping !== 'redacted' && session.promptKeeping !== 'full')) return false;
  const read = 'unparsed' in request ? undefined : request;
  const texts = [textOf('prompt', read?.prompt), textOf('answer', answer?.answer)]
    .filter((text) => text !== undefined)
    .filter(({ kind, sha256 }) => agent.toldResults.isFresh(session.id, kind, sha256));
  if (texts.length === 0) return false;
  const repository = String(exchange.request.headers[REPOSITORY_HEADER] ?? '');
  agent.control
    .storePrompt({
      sessionId: session.id,
      correlationId,
      occurredAt: new Date(exchange.startedAt).toISOString(),
      model: answer?.model ?? read?.model ?? '',
      repository: REPOSITORY.test(repository) ? repository : '',
      texts,
    })
    .catch((error: unknown) => {
      agent.logger.warn({ err: error, correlation_id: correlationId }, 'texts of a model exchange were not kept');
    });
  return true;
}

const textOf = (
  kind: string,
  { text = '', sha256 = '' }: Partial<DigestedText> = {},
): agentV1.PromptText | undefined => (text === '' ? undefined : { kind, sha256, text });
