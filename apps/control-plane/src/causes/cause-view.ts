import { commitNode, pathsTo, type AttributionGraph, type CausePath, type GraphNode } from '@holdshort/attribution';

/** `prompt:SESSION:SHA256`, `operation:EVENT`, `commit:SHA`: the last part names the thing. */
const nameOf = (node: string): string => node.split(':').at(-1) ?? '';
const sessionOf = (node: string): string => node.split(':').slice(1, -1).join(':');

const pathView = ({ nodes, edges, confidence }: CausePath) => ({
  confidence,
  session_id: sessionOf(nodes[0] ?? ''),
  prompt_sha256: nameOf(nodes[0] ?? ''),
  steps: edges.map((edge) => ({ from: edge.from, to: edge.to, confidence: edge.confidence, evidence: edge.evidence })),
});

/** The surest way to each node of a kind, where there is one. */
const surestTo = (graph: AttributionGraph, kind: GraphNode['kind']) =>
  graph.nodes
    .filter((node) => node.kind === kind)
    .flatMap(({ id }) => {
      const [path] = pathsTo(graph, id);
      if (!path) return [];
      const evidence = path.edges.at(-1)?.evidence ?? [];
      return [{ id: nameOf(id), prompt_sha256: nameOf(path.nodes[0] ?? ''), confidence: path.confidence, evidence }];
    });

/** What a session's prompts caused. */
export const sessionCauses = (graph: AttributionGraph) => ({
  operations: surestTo(graph, 'operation').map(({ id, ...cause }) => ({ event_id: id, ...cause })),
  commits: surestTo(graph, 'commit').map(({ id, ...cause }) => ({ commit: id, ...cause })),
  humans: graph.nodes.flatMap(({ id, human }) =>
    human === undefined ? [] : [{ event_id: nameOf(id), evidence: human }],
  ),
});

/** What caused one commit. */
export function commitCauses(graph: AttributionGraph, sha: string) {
  const brought = new Set(graph.edges.filter(({ to }) => to === commitNode(sha)).map(({ from }) => from));
  return {
    paths: pathsTo(graph, commitNode(sha)).map(pathView),
    humans: graph.nodes.flatMap(({ id, human }) =>
      human === undefined || !brought.has(id) ? [] : [{ event_id: nameOf(id), evidence: human }],
    ),
  };
}
