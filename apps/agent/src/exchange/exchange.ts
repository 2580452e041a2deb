import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { EventEffect, EventProcess, Outcome } from '@holdshort/audit-events';
import type { agentV1 } from '@holdshort/contracts';
import type { HoldshortError } from '@holdshort/errors';
import type { Operation } from '@holdshort/github-operations';
import type { Span } from '@holdshort/telemetry';
import type { LfsBatch } from '@holdshort/github-operations';
import type { MaskCount } from '@holdshort/masking';
import type { Finding } from '../content/finding.js';
import type { Capability } from '../capability/capabilities.js';
import type { AnswerCopy } from '../effects/answer-copy.js';
import type { ReceivedFile } from '../upload/receive-file.js';
import type { Answer } from './answer.js';
import type { Push } from '../push/push.js';
import type { Session } from '../session/session-registry.js';

/** How the call reached the agent: TLS ended here after CONNECT, or the plain endpoint. */
export type Entry = 'proxy' | 'endpoint';

/** What the client brought as credential; the texts themselves never leave `identify-session`. */
export interface Presented {
  /** From Proxy-Authorization of the CONNECT, or from Authorization. */
  sessionCredential: string | undefined;
  /** A credential that is not ours: refused aloud. */
  foreign: boolean;
}

/** In every answer: what a person quotes when asking about a call. */
export const CORRELATION_HEADER = 'x-holdshort-correlation-id';

/** One call on its way through the agent. Steps fill it in, in the order of `pipelines.ts`. */
export interface Exchange {
  readonly correlationId: string;
  /** By `performance.now()`: the clock may jump within a call. */
  readonly startedAt: number;
  readonly entry: Entry;
  /** The GitHub host that is meant, lower case, without port. */
  readonly host: string;
  /** The GitHub Enterprise Server that is meant, where it is one: host and path are then as they would be at github.com. */
  readonly server?: string | undefined;
  readonly method: string;
  /** As sent, without query. */
  readonly path: string;
  /** As sent, without "?". */
  readonly query: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly presented: Presented;
  /** Found before routing: the request can be read in more than one way. */
  readonly problem?: HoldshortError | undefined;
  /** Aborted when the client goes away; everything that waits listens to it. */
  readonly clientGone: AbortSignal;
  /** Best knowledge so far: replaced by `classify` once the body is read. */
  operation: Operation;
  readonly answer: Answer;
  /** The refusal is written as side-band text into an answer that has already begun. */
  holding?: boolean;
  session?: Session;
  /** Request body, where the pipeline reads it whole. */
  body?: Buffer;
  /** What will be sent as body instead of the client's stream. */
  push?: Push;
  /** What a LFS batch asks for. */
  lfs?: LfsBatch;
  /** What a local address stands for. */
  capability?: Capability;
  /** A request body that waits on disk for its verdict. */
  file?: ReceivedFile;
  /** What the scanners found in what the call would write. */
  findings?: readonly Finding[];
  /** How often what was masked in the answer; read once the answer has ended. */
  masked?: () => MaskCount[];
  /** SHA-256 (hex) that binds an approval to exactly this call. */
  digest?: string;
  /** Where calls are traced. */
  span?: Span;
  /** SHA-256 of the arguments of the one MCP tool that is called. */
  toolArgumentsSha256?: string;
  /** The process that makes the call, looked for while it waits for its decision. */
  process?: Promise<EventProcess | undefined>;
  attempt?: Promise<unknown>;
  /** GitHub's answer to a write, where it is read for what was done. */
  answerCopy?: AnswerCopy;
  /** Where refs stood just before the call, where its answer will not say so. */
  refsBefore?: ReadonlyMap<string, string>;
  effects?: EventEffect[] | undefined;
  decision?: agentV1.DecideResponse;
  /** Headers for GitHub, with the lease's credential. */
  upstreamHeaders?: OutgoingHttpHeaders;
  error?: HoldshortError;
  outcome?: Outcome;
  /** Runs once at the very end: temporary files, streams. */
  readonly cleanups: (() => Promise<void>)[];
}
