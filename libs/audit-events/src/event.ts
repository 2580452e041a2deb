import type { ReasonCode } from '@holdshort/errors';
import type { DraftOf, EventType } from './event-catalogue.js';

/** What an event may say; which of it a type must and may carry stands in the catalogue. */
export interface EventFields {
  human?: EventHuman;
  github_actor?: { login: string; id?: string };
  ai?: { tool: string; session_id?: string; model?: string };
  session_id?: string;
  target?: EventTarget;
  request?: EventRequest;
  response?: EventResponse;
  push?: EventPushRef[];
  /** What the scanners found in the content of the call; never the text itself. */
  findings?: EventFinding[];
  /** What was masked in the answer, where policy obliges to; never what it was. */
  masked?: EventMasked[];
  decision?: EventDecision;
  approval?: EventApproval;
  lease?: EventLease;
  /** One exchange with a model: digests, ids and figures, never text. */
  model?: EventModel;
  /** The process that made the call, and those above it. */
  process?: EventProcess;
  trace_id?: string;
  traceparent?: string;
  outcome?: Outcome;
  error?: { code: ReasonCode; message: string };
}

/** One audit record; docs/reference/events.md. I-JSON, snake_case, additive-only. */
export interface AuditEvent extends EventFields {
  /** UUIDv7; at-least-once delivery is deduplicated by it. */
  id: string;
  specversion: 1;
  type: EventType;
  phase: EventPhase;
  /** Short stable code of the type, e.g. HS-1001. */
  code: string;
  /** RFC 3339 UTC with milliseconds. */
  time: string;
  /** One chain per boot of an emitter. */
  chain_id: string;
  /** From 1, without a gap. */
  seq: number;
  /** Lower-case hex SHA-256 of the previous event of the chain; 64 zeros for the first. */
  prev_hash: string;
  /** Lower-case hex SHA-256 over the RFC 8785 form of the event without `hash`. */
  hash: string;
  tenant: string;
  agent: { id: string; host: string; version: string };
  /** Joins attempt and outcome of one call, and is shown to the user in every refusal. */
  correlation_id: string;
  /** Facts of one type only, e.g. `{ "recovered": true }`. */
  detail?: EventDetail;
}

export type EventPhase = 'attempt' | 'outcome' | 'single';

export type EventDetail = Record<string, string | number | boolean | null>;

export type Outcome = 'success' | 'refused' | 'failed' | 'unknown';

export interface EventHuman {
  sub: string;
  login: string;
  email?: string;
  idp: string;
}

export interface EventTarget {
  host: string;
  repo?: string;
  repo_id?: string;
  ref?: string;
  number?: number;
}

export interface EventRequest {
  surface: string;
  operation: string;
  class: string;
  intents: string[];
  method: string;
  path: string;
  user_agent?: string;
  bytes?: number;
  sha256?: string;
  /** Of the arguments of an MCP tool, in their RFC 8785 form. */
  arguments_sha256?: string;
}

export interface EventResponse {
  status: number;
  bytes?: number;
  sha256?: string;
  github_request_id?: string;
  duration_ms: number;
  /** Commits that the answer says the call made, or moved a ref to. */
  commits?: string[];
  /** The pull request that the answer says the call opened. */
  pull?: number;
}

export interface EventPushRef {
  ref: string;
  old: string;
  new: string;
  kind: 'create' | 'update' | 'force' | 'delete';
  commits?: number;
  paths?: string[];
  path_classes?: string[];
  /** `ok`, or the reason GitHub or Holdshort gave; only in outcomes. */
  result?: string;
  pack_sha256?: string;
}

export interface EventFinding {
  /** See docs/reference/secret-rules.md; `unscanned` for content that could not be read. */
  rule: string;
  severity: 'block' | 'warn';
  kind: 'secret' | 'hidden-text' | 'unscanned';
  path: string;
  /** From 1; 0 where the path itself is meant. */
  line: number;
  fingerprint?: string;
  /** A comment in the content let it pass, which the agent's settings permit. */
  allowed_by?: 'comment';
}

export interface EventMasked {
  /** See docs/masking.md; `field` for strings masked for their name, `unscanned` where reading on would have cost too much. */
  rule: string;
  count: number;
}

export interface EventModel {
  /** openai-chat, openai-responses, anthropic-messages or copilot-intent. */
  api: string;
  name?: string;
  prompt_sha256?: string;
  prompt_bytes?: number;
  answer_sha256?: string;
  answer_bytes?: number;
  /** Whether the proper end of the answer was seen. */
  complete: boolean;
  /** Why the request, or the answer, was not understood. */
  request_unparsed?: string;
  answer_unparsed?: string;
  input_tokens?: number;
  output_tokens?: number;
  cached_tokens?: number;
  first_byte_ms?: number;
  duration_ms: number;
  calls: EventToolCall[];
  results: EventToolResult[];
  /** Whether the texts were handed over to be kept. */
  kept?: boolean;
}

export interface EventToolCall {
  id: string;
  name: string;
  arguments_sha256: string;
  command_sha256?: string[];
  actions?: { verb: string; ref_sha256?: string[]; background?: boolean }[];
}

export interface EventToolResult {
  call_id: string;
  sha256: string;
  /** Ids, or their beginnings, of commits that git said it made. */
  commits?: string[];
  pushed?: { ref: string; id: string }[];
  running?: boolean;
}

export interface EventProcess {
  /** Nearest first. */
  chain: { pid: number; started: number; name: string; script_sha256?: string }[];
  /** Whether nothing of the chain was cut off. */
  whole: boolean;
  tool_call_id?: string;
}

export interface EventDecision {
  id: string;
  effect: 'allow' | 'deny' | 'hold';
  rules: string[];
  policy_version: string;
  reason: string[];
}

export interface EventApproval {
  id: string;
  approvers: string[];
  at?: string;
  digest: string;
  state?: string;
  reason?: string;
}

export interface EventLease {
  id: string;
  kind: string;
  token_sha256_b64: string;
  permissions: Record<string, string>;
  repositories?: string[];
  expires: string;
}

/** A draft whose type's own rules are not checked: what the chain seals, whoever wrote it. */
export type EventDraft = Omit<
  AuditEvent,
  'id' | 'specversion' | 'code' | 'time' | 'chain_id' | 'seq' | 'prev_hash' | 'hash' | 'tenant' | 'agent'
> & {
  time?: string;
};

/**
 * What an emitter hands over: the fields that the catalogue names for the type, no other and none less.
 * The chain adds id, code, time (unless given), chain fields, tenant and agent.
 */
export type TypedDraft = DraftOf<EventType>;
