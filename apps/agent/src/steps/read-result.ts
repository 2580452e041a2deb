import { madeByCall, tellsWhatItMade, type Made } from '@holdshort/github-operations';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { EventStreamRewriter } from '../mcp/event-stream.js';
import { AnswerCopy } from '../upstream/answer-copy.js';
import { jsonBody } from './classify.js';

/**
 * Commits that an API call makes have their ids from GitHub: where its answer can name them, a copy of it is read for the
 * record of the outcome. What cannot be read is not told; the call is not held up by it.
 */
export function readResult(exchange: Exchange, agent: AgentContext): Promise<void> {
  if (!tellsWhatItMade(exchange.operation)) return Promise.resolve();
  const copy = new AnswerCopy();
  exchange.copy = copy;
  exchange.made = () => {
    try {
      return madeIn(exchange, copy);
    } catch (error) {
      agent.logger.warn(
        { err: error, correlation_id: exchange.correlationId, operation: exchange.operation.id },
        'what the call made could not be read from the answer',
      );
      return undefined;
    }
  };
  return Promise.resolve();
}

function madeIn({ operation, body }: Exchange, copy: AnswerCopy): Made | undefined {
  const text = copy.text();
  if (text === undefined || text === '') return undefined;
  const sent = body?.length ? jsonBody(body) : undefined;
  const answers = copy.isStream ? messagesOf(text) : [JSON.parse(text) as unknown];
  for (const answer of answers) {
    const made = madeByCall(operation, sent, answer);
    if (made) return made;
  }
  return undefined;
}

/** The messages of an event stream. */
function messagesOf(text: string): unknown[] {
  const messages: unknown[] = [];
  const reader = new EventStreamRewriter((message) => {
    messages.push(message);
    return message;
  });
  reader.push(Buffer.from(text));
  reader.end();
  return messages;
}
