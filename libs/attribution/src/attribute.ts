import { clientOf, knownCalls, modelClient, type KnownCall } from './call-windows.js';
import type { ExchangeFact, Fact, OperationFact } from './facts.js';
import {
  callNode,
  commitNode,
  exchangeNode,
  operationNode,
  promptNode,
  type AttributionGraph,
  type GraphEdge,
  type GraphNode,
} from './graph.js';
import { humanEvidence, matchOperation, type SessionView } from './match-operation.js';

/** Joins prompts, answers, tool calls, operations and commits of any number of sessions. */
export function attribute(facts: readonly Fact[]): AttributionGraph {
  const graph = new GraphDraft();
  for (const session of new Set(facts.map((fact) => fact.session))) {
    addSession(
      graph,
      facts.filter((fact) => fact.session === session),
    );
  }
  return graph.end();
}

class GraphDraft {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  node(node: GraphNode): void {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
  }

  edge(edge: GraphEdge): void {
    this.#edges.set(JSON.stringify([edge.from, edge.to]), edge);
  }

  end(): AttributionGraph {
    return { nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}

function addSession(graph: GraphDraft, facts: readonly Fact[]): void {
  const exchanges = facts.filter((fact) => fact.kind === 'exchange').sort((a, b) => a.startedAt - b.startedAt);
  const operations = facts.filter((fact) => fact.kind === 'operation').sort((a, b) => a.startedAt - b.startedAt);
  const calls = knownCalls(exchanges);
  const clients = new Set(exchanges.map(clientOf).filter((client) => client !== undefined));
  for (const exchange of exchanges) addExchange(graph, exchange);
  for (const known of calls) addCall(graph, known);
  for (const operation of operations) addOperation(graph, operation, { calls, clients, operations }, exchanges);
  addMadeCommits(graph, calls, operations);
}

function addExchange(graph: GraphDraft, exchange: ExchangeFact): void {
  const { id, session, startedAt, promptSha256 } = exchange;
  graph.node({ id: exchangeNode(id), kind: 'exchange', session, at: startedAt });
  if (promptSha256 === undefined) return;
  const prompt = promptNode(session, promptSha256);
  graph.node({ id: prompt, kind: 'prompt', session, at: startedAt });
  graph.edge({ from: prompt, to: exchangeNode(id), confidence: 'exact', evidence: ['the request has this prompt'] });
}

function addCall(graph: GraphDraft, { exchange, call }: KnownCall): void {
  const id = callNode(exchange.session, call.id);
  graph.node({ id, kind: 'call', session: exchange.session, at: exchange.answeredAt });
  graph.edge({
    from: exchangeNode(exchange.id),
    to: id,
    confidence: 'exact',
    evidence: ['the answer has this tool call'],
  });
}

function addOperation(
  graph: GraphDraft,
  operation: OperationFact,
  view: SessionView,
  exchanges: readonly ExchangeFact[],
): void {
  const id = operationNode(operation.id);
  const human = humanEvidence(operation, view);
  const { session, startedAt } = operation;
  graph.node({ id, kind: 'operation', session, at: startedAt, ...(human === undefined ? {} : { human }) });
  addPushed(graph, operation);
  if (human !== undefined) return;
  const match = matchOperation(operation, view);
  if (match) {
    const from = callNode(session, match.call.call.id);
    graph.edge({ from, to: id, confidence: match.confidence, evidence: match.evidence });
    return;
  }
  addInferred(graph, operation, view, exchanges);
}

/** The last prompt before it, of the same process where that is known. */
function addInferred(
  graph: GraphDraft,
  operation: OperationFact,
  view: SessionView,
  exchanges: readonly ExchangeFact[],
): void {
  const client = modelClient(operation.chain, view.clients)?.id;
  const before = exchanges.filter(
    (exchange) =>
      exchange.promptSha256 !== undefined &&
      exchange.startedAt <= operation.startedAt &&
      (client === undefined || clientOf(exchange) === client),
  );
  const last = before.at(-1);
  if (last?.promptSha256 === undefined) return;
  graph.edge({
    from: promptNode(operation.session, last.promptSha256),
    to: operationNode(operation.id),
    confidence: 'inferred',
    evidence: ['the last prompt of the session before it'],
  });
}

/** The commits of an operation, and what names them. */
const commitsOf = ({ refs, answered = [] }: OperationFact): { commit: string; evidence: string }[] => [
  ...answered.map((commit) => ({ commit, evidence: "GitHub's answer names the commit" })),
  ...refs.map(({ newId }) => ({ commit: newId, evidence: 'the push names the commit' })),
];

function addPushed(graph: GraphDraft, operation: OperationFact): void {
  const { id, session, startedAt } = operation;
  for (const { commit, evidence } of commitsOf(operation)) {
    if (/^0*$/.test(commit)) continue;
    graph.node({ id: commitNode(commit), kind: 'commit', session, at: startedAt });
    graph.edge({ from: operationNode(id), to: commitNode(commit), confidence: 'exact', evidence: [evidence] });
  }
}

/** git said, in one call's result only, that it made the commit that was pushed later in the same session. */
function addMadeCommits(graph: GraphDraft, calls: readonly KnownCall[], operations: readonly OperationFact[]): void {
  const pushed = new Map<string, number>();
  for (const { refs, startedAt } of operations)
    for (const { newId } of refs) if (!pushed.has(newId)) pushed.set(newId, startedAt);
  for (const [commit, at] of pushed) {
    const claims = calls.filter((known) => made(known, commit));
    const [only] = claims;
    if (!only || claims.length > 1 || only.isContested || only.exchange.answeredAt > at) continue;
    graph.edge({
      from: callNode(only.exchange.session, only.call.id),
      to: commitNode(commit),
      confidence: 'exact',
      evidence: ['the tool result that the model was told says that git made this commit'],
    });
  }
}

/** Of a call that says it made more commits than its command line makes, some are another's. */
function made({ call, result }: KnownCall, commit: string): boolean {
  const commits = call.actions.filter(({ verb }) => verb === 'git commit').length;
  const told = result?.commits ?? [];
  return told.length <= commits && told.some((id) => commit.startsWith(id));
}
