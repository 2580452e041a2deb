import { canonicalJson, sha256Hex, type DraftOf, type EventModel, type EventProcess } from '@holdshort/audit-events';
import { callFact, resultFacts } from '@holdshort/attribution';
import type {
  DigestedText,
  ModelAnswer,
  ModelApi,
  ModelRequest,
  ToolCall,
  ToolResult,
  Unparsed,
} from '@holdshort/model-traffic';
import type { Exchange } from '../exchange/exchange.js';

/** Everything that was seen of one exchange with a model. */
export interface SeenExchange {
  api: ModelApi;
  request: ModelRequest | { unparsed: Unparsed };
  answer: ModelAnswer | undefined;
  /** Results that no earlier request brought. */
  results: readonly ToolResult[];
  firstByteMs: number | undefined;
  durationMs: number;
  process: EventProcess | undefined;
  /** Without this, digests of prompt and answer are left out as well. */
  withDigests: boolean;
  kept: boolean;
}

/** The record of an exchange: digests, ids and figures. No text of prompt, answer, argument or result is in it. */
export function modelEvent(exchange: Exchange, seen: SeenExchange): DraftOf<'model.exchange'> {
  const { session, correlationId, operation, answer, error } = exchange;
  if (!session) throw new Error('a model call stands after identify-session');
  const model = modelFields(seen);
  return {
    type: 'model.exchange',
    phase: 'single',
    correlation_id: correlationId,
    session_id: session.id,
    human: session.human,
    ai: session.isHuman ? undefined : { tool: session.assistant || 'unknown', model: model.name },
    target: { host: operation.host },
    model,
    process: seen.process,
    response:
      answer.status > 0 ? { status: answer.status, bytes: answer.bytes, duration_ms: seen.durationMs } : undefined,
    outcome: error || answer.status === 0 || answer.status >= 400 ? 'failed' : 'success',
  };
}

type Digests = Pick<EventModel, 'prompt_sha256' | 'prompt_bytes' | 'answer_sha256' | 'answer_bytes'>;

function digests({
  prompt,
  answer,
}: {
  prompt?: DigestedText | undefined;
  answer?: DigestedText | undefined;
}): Digests {
  return {
    prompt_sha256: prompt?.sha256,
    prompt_bytes: prompt?.bytes,
    answer_sha256: answer?.sha256,
    answer_bytes: answer?.bytes,
  };
}

type OfAnswer = 'complete' | 'answer_unparsed' | 'input_tokens' | 'output_tokens' | 'cached_tokens' | 'calls';

function answerFields(answer: ModelAnswer | undefined): Pick<EventModel, OfAnswer> {
  if (!answer) return { complete: false, calls: [] };
  const { complete, unparsed, usage, toolCalls } = answer;
  return {
    complete,
    answer_unparsed: unparsed,
    input_tokens: usage.input,
    output_tokens: usage.output,
    cached_tokens: usage.cached,
    calls: toolCalls.map(callOf),
  };
}

function modelFields({ api, request, answer, ...seen }: SeenExchange): EventModel {
  const unparsed = 'unparsed' in request ? request.unparsed : undefined;
  const read = 'unparsed' in request ? undefined : request;
  return {
    api,
    name: answer?.model ?? (read?.model || undefined),
    ...digests(seen.withDigests ? { prompt: read?.prompt, answer: answer?.answer } : {}),
    ...answerFields(answer),
    request_unparsed: unparsed,
    first_byte_ms: seen.firstByteMs,
    duration_ms: seen.durationMs,
    results: seen.results.map(resultOf),
    kept: seen.kept || undefined,
  };
}

/** Order and spacing of JSON are the writer's: the digest is of the form that has none of its own. */
export function argumentsSha256({ arguments: written }: Pick<ToolCall, 'arguments'>): string {
  if (written.text === undefined) return written.sha256;
  try {
    return sha256Hex(canonicalJson(JSON.parse(written.text)));
  } catch {
    return written.sha256;
  }
}

function callOf(call: ToolCall): EventModel['calls'][number] {
  const { id, name, commandSha256s, actions } = callFact({ ...call, argumentsSha256: argumentsSha256(call) });
  return {
    id,
    name,
    arguments_sha256: argumentsSha256(call),
    command_sha256: commandSha256s.length > 0 ? commandSha256s : undefined,
    actions:
      commandSha256s.length > 0
        ? actions.map(({ verb, refSha256s, background }) => ({
            verb,
            ref_sha256: refSha256s.length > 0 ? refSha256s : undefined,
            background: background || undefined,
          }))
        : undefined,
  };
}

function resultOf({ callId, result }: ToolResult): EventModel['results'][number] {
  const { commits, pushed, isRunning } = resultFacts(callId, result.sha256, result.text);
  return {
    call_id: callId,
    sha256: result.sha256,
    commits: commits.length > 0 ? commits : undefined,
    pushed: pushed.length > 0 ? pushed : undefined,
    running: isRunning || undefined,
  };
}
