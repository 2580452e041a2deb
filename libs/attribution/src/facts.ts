/** A process of the workspace, told by id and start: ids are used again, the pair is not. */
export interface ProcessFact {
  pid: number;
  /** Start time in clock ticks since boot (proc(5), field 22). */
  started: number;
  /** Name of the program, as the kernel has it. */
  name: string;
  /** SHA-256 of the script of a `sh -c SCRIPT`. */
  scriptSha256?: string | undefined;
}

/** The process at the other end of a connection, and its ancestors, nearest first. */
export interface ProcessChain {
  processes: ProcessFact[];
  /** The chain reaches a process outside of the session that is no reaper of orphans: nothing in it was cut off. */
  isWhole: boolean;
}

/** What a tool call's command lines do; texts only as digests. */
export interface ActionFact {
  verb: string;
  /** SHA-256 of full ref names, where the command names them. */
  refSha256s: string[];
  background: boolean;
}

/** A tool call in a model's answer. */
export interface CallFact {
  id: string;
  name: string;
  argumentsSha256: string;
  /** SHA-256 of each command line. */
  commandSha256s: string[];
  actions: ActionFact[];
}

/** What the assistant sent back to the model for a call. */
export interface ResultFact {
  callId: string;
  sha256: string;
  /** Ids, or their beginnings, of commits that git said it made. */
  commits: string[];
  /** What git said it pushed. */
  pushed: { ref: string; id: string }[];
  /** It says that something of the call still runs. */
  isRunning: boolean;
}

/** One request to a model with its answer. */
export interface ExchangeFact {
  kind: 'exchange';
  /** Of its event. */
  id: string;
  session: string;
  /** Milliseconds since 1970: the request; the first byte of the answer; the end. */
  startedAt: number;
  answeredAt: number;
  endedAt: number;
  model: string;
  promptSha256?: string | undefined;
  calls: CallFact[];
  results: ResultFact[];
  chain?: ProcessChain | undefined;
}

/** One call to GitHub that is not a read. */
export interface OperationFact {
  kind: 'operation';
  id: string;
  session: string;
  startedAt: number;
  endedAt: number;
  surface: string;
  operation: string;
  refs: { ref: string; newId: string }[];
  /** What GitHub's answer says it made, or moved a ref to. */
  answered?: string[] | undefined;
  /** The session is a person's own. */
  isHuman: boolean;
  /** It was let through and GitHub did it. */
  succeeded: boolean;
  chain?: ProcessChain | undefined;
  /** What the process says its tool call is (CODEX_TOOL_CALL_ID). */
  toolCallId?: string | undefined;
  /** Of an MCP call: its tool, and the SHA-256 of its arguments in canonical form. */
  tool?: { name: string; argumentsSha256: string } | undefined;
}

export type Fact = ExchangeFact | OperationFact;
