/** `exact`: an id ties both ends; `command`: the command line, the process and the time do; `inferred`: only the time. */
export type Confidence = 'exact' | 'command' | 'inferred';

export const CONFIDENCES: readonly Confidence[] = ['exact', 'command', 'inferred'];

export type NodeKind = 'prompt' | 'exchange' | 'call' | 'operation' | 'commit';

export interface GraphNode {
  id: string;
  kind: NodeKind;
  session: string;
  /** Milliseconds since 1970; of a prompt and a commit, when first seen. */
  at: number;
  /** Operations only: made by a person, with what says so. */
  human?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  confidence: Confidence;
  /** What the edge rests on, for people. */
  evidence: string[];
}

/** From prompts to what they caused. Ids of nodes begin with their kind. */
export interface AttributionGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export const promptNode = (session: string, sha256: string): string => `prompt:${session}:${sha256}`;
export const exchangeNode = (id: string): string => `exchange:${id}`;
export const callNode = (session: string, id: string): string => `call:${session}:${id}`;
export const operationNode = (id: string): string => `operation:${id}`;
export const commitNode = (id: string): string => `commit:${id}`;

/** The weaker of two. */
export const weakest = (a: Confidence, b: Confidence): Confidence =>
  CONFIDENCES.indexOf(a) > CONFIDENCES.indexOf(b) ? a : b;
