import { weakest, type AttributionGraph, type Confidence, type GraphEdge } from './graph.js';

/** One way from a prompt to a commit or an operation. */
export interface CausePath {
  /** Ids of nodes, from the prompt on. */
  nodes: string[];
  edges: GraphEdge[];
  /** The weakest of its edges. */
  confidence: Confidence;
}

/** All ways from prompts to a node, the surest first. @param node e.g. `commit:SHA`, `operation:ID` */
export function pathsTo(graph: AttributionGraph, node: string): CausePath[] {
  const into = new Map<string, GraphEdge[]>();
  for (const edge of graph.edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  const found: CausePath[] = [];
  const walk = (at: string, edges: GraphEdge[]): void => {
    if (at.startsWith('prompt:')) found.push(pathOf(edges));
    for (const edge of into.get(at) ?? []) walk(edge.from, [edge, ...edges]);
  };
  walk(node, []);
  return found.sort((a, b) => order(a) - order(b));
}

const order = ({ confidence }: CausePath): number => ['exact', 'command', 'inferred'].indexOf(confidence);

const pathOf = (edges: GraphEdge[]): CausePath => ({
  nodes: [...edges.map(({ from }) => from), ...edges.slice(-1).map(({ to }) => to)],
  edges,
  confidence: edges.map(({ confidence }) => confidence).reduce(weakest, 'exact'),
});
