import type { CallFact, ExchangeFact, Fact, OperationFact, ProcessChain, ResultFact } from './facts.js';

/** A tool call with the time in which it can have acted. */
export interface KnownCall {
  exchange: ExchangeFact;
  call: CallFact;
  /** First result that the model was told; absent while it is open. */
  result?: ResultFact;
  /** Start of the request that brought the result. */
  closedAt: number;
  /** The id was seen in answers that differ, or a result in forms that differ: nothing exact rests on it. */
  isContested: boolean;
}

const key = (session: string, id: string): string => JSON.stringify([session, id]);

/**
 * All tool calls, by session and id, each with its first result. A call exists only where a model's answer on the wire had it,
 * and a result counts only for a call of the same session that was answered before.
 */
export function knownCalls(facts: readonly Fact[]): KnownCall[] {
  const calls = new Map<string, KnownCall>();
  for (const fact of inOrder(facts)) {
    for (const result of fact.results) close(calls.get(key(fact.session, result.callId)), fact, result);
    for (const call of fact.calls) add(calls, fact, call);
  }
  return [...calls.values()];
}

const inOrder = (facts: readonly Fact[]): ExchangeFact[] =>
  facts.filter((fact) => fact.kind === 'exchange').sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));

function add(calls: Map<string, KnownCall>, exchange: ExchangeFact, call: CallFact): void {
  const id = key(exchange.session, call.id);
  const known = calls.get(id);
  // models give each call an id of its own; where two have one, no id tells them apart
  if (known) known.isContested = true;
  else calls.set(id, { exchange, call, closedAt: Infinity, isContested: false });
}

function close(known: KnownCall | undefined, { startedAt }: ExchangeFact, result: ResultFact): void {
  if (!known || startedAt < known.exchange.answeredAt) return;
  if (known.result && known.result.sha256 !== result.sha256 && !known.result.isRunning) known.isContested = true;
  if (known.result && !known.result.isRunning) return;
  known.result = result;
  if (!result.isRunning) known.closedAt = Math.min(known.closedAt, startedAt);
}

/** Whether the call can have been under way when the operation began. */
export const wasOpen = ({ exchange, closedAt }: KnownCall, { startedAt }: OperationFact): boolean =>
  exchange.answeredAt <= startedAt && startedAt <= closedAt;

/** The process of the chain that spoke with the model; undefined where none of it did. */
export function modelClient(
  chain: ProcessChain | undefined,
  clients: ReadonlySet<string>,
): { id: string; depth: number } | undefined {
  const depth = chain?.processes.findIndex((process) => clients.has(processId(process))) ?? -1;
  const found = chain?.processes[depth];
  return found ? { id: processId(found), depth } : undefined;
}

export const processId = ({ pid, started }: { pid: number; started: number }): string => `${pid}@${started}`;

/** Who opened the connection to the model. */
export const clientOf = ({ chain }: ExchangeFact): string | undefined =>
  chain?.processes[0] && processId(chain.processes[0]);
