import { canonicalJson, sha256Hex, type DraftOf, type EventModel, type EventProcess } from '@holdshort/audit-events';
import { callFact, resultFacts } from '@holdshort/attribution';
import type { ModelAnswer, ModelApi, ModelRequest, ToolCall, ToolResult, Unparsed } from '@holdshort/model-traffic';
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

function modelFields(seen: SeenExchange): EventModel {
  const { api, request, answer, withDigests } = seen;
  const read = 'unparsed' in request ? undefined : request;
  const prompt = withDigests ? read?.prompt : undefined;
  const text = withDigests ? answer?.answer : undefined;
  return {
    api,
    name: answer?.model ?? (read?.model || undefined),
    prompt_sha256: prompt?.sha256,
    prompt_bytes: prompt?.bytes,
    answer_sha256: text?.sha256,
    answer_bytes: text?.bytes,
    complete: answer?.complete ?? false,
    request_unparsed: 'unparsed' in request ? request.unparsed : undefined,
    answer_unparsed: answer?.unparsed,
    input_tokens: answer?.usage.input,
    output_tokens: answer?.usage.output,
    cached_tokens: answer?.usage.cached,
    first_byte_ms: seen.firstByteMs,
    duration_ms: seen.durationMs,
    calls: (answer?.toolCalls ?? []).map(callOf),
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
