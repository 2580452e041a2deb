import type { AuditEvent, EventModel, EventProcess } from '@holdshort/audit-events';
import type { CallFact, ExchangeFact, Fact, OperationFact, ProcessChain, ResultFact } from './facts.js';

/**
 * What the trail says, as facts. A call that wrote counts once, by its outcome, or by its attempt where no outcome has
 * come yet. Reads and events of other kinds say nothing here.
 */
export function factsOfEvents(events: readonly AuditEvent[]): Fact[] {
  const attempts = new Map(events.filter(isAttempt).map((event) => [event.correlation_id, event]));
  const concluded = new Set(events.filter(({ phase }) => phase === 'outcome').map((event) => event.correlation_id));
  return events.flatMap((event): Fact[] => {
    if (event.session_id === undefined) return [];
    if (event.type === 'model.exchange' && event.model) return [exchangeOf(event, event.model)];
    if (event.type !== 'call.write' && event.type !== 'call.refused') return [];
    if (isAttempt(event) && concluded.has(event.correlation_id)) return [];
    return event.request?.class === 'read' ? [] : [operationOf(event, attempts.get(event.correlation_id))];
  });
}

const isAttempt = ({ phase }: AuditEvent): boolean => phase === 'attempt';

function chainOf(process: EventProcess | undefined): ProcessChain | undefined {
  return (
    process && {
      processes: process.chain.map(({ pid, started, name, script_sha256: scriptSha256 }) => ({
        ...{ pid, started, name, scriptSha256 },
      })),
      isWhole: process.whole,
    }
  );
}

function exchangeOf(event: AuditEvent, model: EventModel): ExchangeFact {
  const endedAt = Date.parse(event.time);
  const startedAt = endedAt - model.duration_ms;
  return {
    kind: 'exchange',
    id: event.id,
    session: event.session_id ?? '',
    startedAt,
    answeredAt: startedAt + (model.first_byte_ms ?? model.duration_ms),
    endedAt,
    model: model.name ?? '',
    promptSha256: model.prompt_sha256,
    calls: model.calls.map(callOf),
    results: model.results.map(resultOf),
    chain: chainOf(event.process),
  };
}

const callOf = (call: EventModel['calls'][number]): CallFact => ({
  id: call.id,
  name: call.name,
  argumentsSha256: call.arguments_sha256,
  commandSha256s: call.command_sha256 ?? [],
  actions: (call.actions ?? []).map(({ verb, ref_sha256: refSha256s = [], background = false }) => ({
    ...{ verb, refSha256s, background },
  })),
});

const resultOf = (result: EventModel['results'][number]): ResultFact => ({
  callId: result.call_id,
  sha256: result.sha256,
  commits: result.commits ?? [],
  pushed: result.pushed ?? [],
  isRunning: result.running ?? false,
});

/** The attempt's time lies within the call: later than its first byte, before anything was forwarded. */
function operationOf(event: AuditEvent, attempt: AuditEvent | undefined): OperationFact {
  const { request, process, response } = event;
  const endedAt = Date.parse(event.time);
  return {
    kind: 'operation',
    id: event.id,
    session: event.session_id ?? '',
    startedAt: attempt ? Date.parse(attempt.time) : endedAt - (response?.duration_ms ?? 0),
    endedAt,
    surface: request?.surface ?? '',
    operation: request?.operation ?? '',
    refs: (event.push ?? []).map(({ ref, new: newId }) => ({ ref, newId })),
    answered: commitsOfEffects(event),
    isHuman: event.ai === undefined,
    succeeded: event.outcome === 'success',
    chain: chainOf(process),
    toolCallId: process?.tool_call_id,
    tool: toolOf(request),
  };
}

/** Commits that refs were moved to, and those of merges. */
const commitsOfEffects = ({ effects }: AuditEvent): string[] => [
  ...new Set((effects ?? []).flatMap(({ new: id }) => id ?? [])),
];

function toolOf(request: AuditEvent['request']): OperationFact['tool'] {
  const name = /^tool\/(.+)$/.exec(request?.operation ?? '')?.[1];
  const argumentsSha256 = request?.arguments_sha256;
  return name !== undefined && argumentsSha256 !== undefined ? { name, argumentsSha256 } : undefined;
}
