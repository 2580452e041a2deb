import type { agentV1 } from '@holdshort/contracts';
import type { DigestedText } from '@holdshort/model-traffic';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import type { SeenExchange } from './model-event.js';

const KEEPING_TEXTS: ReadonlySet<string> = new Set(['redacted', 'full']);
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
  if (!session || !KEEPING_TEXTS.has(session.promptKeeping)) return false;
  const read = 'unparsed' in request ? undefined : request;
  const texts = [textOf('prompt', read?.prompt), textOf('answer', answer?.answer)]
    .filter((text) => text !== undefined)
    .filter(({ kind, sha256 }) => agent.toldResults.isFresh(session.id, kind, sha256));
  if (texts.length === 0) return false;
  agent.control
    .storePrompt({
      sessionId: session.id,
      correlationId,
      occurredAt: new Date(performance.timeOrigin + exchange.startedAt).toISOString(),
      model: modelOf(answer, read),
      repository: repositoryOf(exchange),
      texts,
    })
    .catch((error: unknown) => {
      agent.logger.warn({ err: error, correlation_id: correlationId }, 'texts of a model exchange were not kept');
    });
  return true;
}

const modelOf = (answer: SeenExchange['answer'], request: { model: string } | undefined): string =>
  answer?.model ?? request?.model ?? '';

const repositoryOf = ({ request }: Exchange): string => {
  const named = request.headers[REPOSITORY_HEADER];
  return typeof named === 'string' && REPOSITORY.test(named) ? named : '';
};

const textOf = (
  kind: string,
  { text = '', sha256 = '' }: Partial<DigestedText> = {},
): agentV1.PromptText | undefined => (text === '' ? undefined : { kind, sha256, text });
