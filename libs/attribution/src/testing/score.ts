import { attribute } from '../attribute.js';
import { CONFIDENCES, type AttributionGraph, type Confidence } from '../graph.js';
import { pathsTo } from '../paths-to-commit.js';
import type { World } from './simulated-world.js';

export interface Score {
  right: number;
  wrong: string[];
}

export interface Scores {
  edges: Record<Confidence, Score>;
  /** Edges from a call to the commit that it made. */
  made: Score;
  /** Operations of assistants. */
  caused: number;
  /** A person's operations that are marked so, and operations of assistants that are. */
  humans: { right: number; of: number; wrong: string[] };
}

const empty = (): Scores => ({
  edges: { exact: { right: 0, wrong: [] }, command: { right: 0, wrong: [] }, inferred: { right: 0, wrong: [] } },
  made: { right: 0, wrong: [] },
  caused: 0,
  humans: { right: 0, of: 0, wrong: [] },
});

/** How the graph of a world compares with what really happened in it. */
export function score(world: World, scores: Scores = empty()): Scores {
  const graph = attribute(world.facts);
  scoreOperations(graph, world, scores);
  scoreCommits(graph, world, scores);
  return scores;
}

function scoreOperations(graph: AttributionGraph, { truth }: World, scores: Scores): void {
  for (const node of graph.nodes.filter(({ kind }) => kind === 'operation')) {
    const cause = truth.operations.get(node.id.slice('operation:'.length)) ?? '';
    if (cause === 'human') scores.humans.of += 1;
    else scores.caused += 1;
    if (node.human !== undefined) {
      if (cause === 'human') scores.humans.right += 1;
      else scores.humans.wrong.push(node.id);
    }
    const prompt = truth.prompts.get(`${node.session} ${cause}`);
    for (const edge of graph.edges.filter(({ to }) => to === node.id)) {
      const isRight =
        edge.from === `call:${node.session}:${cause}` ||
        (edge.confidence === 'inferred' && edge.from === `prompt:${node.session}:${prompt ?? ''}`);
      if (isRight) scores.edges[edge.confidence].right += 1;
      else scores.edges[edge.confidence].wrong.push(`${edge.from} -> ${edge.to}: ${edge.evidence.join()}`);
    }
  }
}

/** Of edges from a call to the commit that it made. */
function scoreCommits(graph: AttributionGraph, { truth }: World, scores: Scores): void {
  for (const edge of graph.edges.filter(({ from, to }) => from.startsWith('call:') && to.startsWith('commit:'))) {
    const maker = truth.commits.get(edge.to.slice('commit:'.length));
    if (edge.from.endsWith(`:${maker ?? ''}`)) scores.made.right += 1;
    else scores.made.wrong.push(`${edge.from} -> ${edge.to}: ${edge.evidence.join()}`);
  }
}

/** `exact 0.40 of what assistants did, 1.00 right`, one line for each confidence. */
export function report({ edges, made, caused, humans }: Scores): string {
  const lines = CONFIDENCES.map((confidence) => {
    const { right, wrong } = edges[confidence];
    const all = right + wrong.length;
    return `${confidence}: ${all} edges, precision ${(all === 0 ? 1 : right / all).toFixed(3)}, recall ${(right / Math.max(caused, 1)).toFixed(3)}`;
  });
  return [
    ...lines,
    `commits: ${made.right} tied to the call that made them, ${made.wrong.length} wrongly`,
    `human: ${humans.right} of ${humans.of} told apart, ${humans.wrong.length} wrongly`,
  ].join('\n');
}

export const reaches = (graph: AttributionGraph, node: string): string[] =>
  pathsTo(graph, node).map(({ nodes, confidence }) => `${confidence} ${nodes[0] ?? ''}`);
