/** The wire forms that are understood. `copilot-intent` is the prompt that Copilot sends ahead to choose a model. */
export type ModelApi = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'copilot-intent';

/** Why a request or an answer is not understood; it passed all the same. */
export type Unparsed = 'not_json' | 'unknown_form' | 'too_large' | 'encoding' | 'failed';

/** A text with its digest; of a text over the cap there is only the digest. */
export interface DigestedText {
  /** Absent where the text was longer than the cap. */
  text?: string;
  /** Lower-case hex SHA-256 of its UTF-8 form. */
  sha256: string;
  /** Length of its UTF-8 form. */
  bytes: number;
}

/** What the model asks the assistant to do. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON, as the model wrote it. */
  arguments: DigestedText;
  /** The command lines among the arguments, each as a shell would get it. */
  commands: string[];
}

/** What the assistant tells the model of a call that the model asked for. */
export interface ToolResult {
  callId: string;
  result: DigestedText;
}

export interface TokenUsage {
  input?: number;
  output?: number;
  cached?: number;
}

/** A request to a model, whatever its form. */
export interface ModelRequest {
  api: ModelApi;
  model: string;
  /** The newest text that the user's side wrote; tool results are none. */
  prompt?: DigestedText;
  /** Of all calls that the conversation still shows, oldest first. */
  toolResults: ToolResult[];
}

/** A model's answer, whatever its form. */
export interface ModelAnswer {
  model?: string;
  id?: string;
  answer: DigestedText;
  toolCalls: ToolCall[];
  usage: TokenUsage;
  /** Whether its proper end was seen. */
  complete: boolean;
  unparsed?: Unparsed;
}

/** Bounds of what one exchange may take in memory. */
export interface TrafficLimits {
  /** Longest text that is kept; of longer ones only the digest. */
  textBytes: number;
  /** Longest event of a stream, and longest whole answer, that is read. */
  messageBytes: number;
  /** More calls, or results, of one exchange are left out. */
  items: number;
}

/** 64 KiB holds any prompt that a person types and the arguments of nearly all tool calls. */
export const TRAFFIC_LIMITS: TrafficLimits = { textBytes: 64 << 10, messageBytes: 1 << 20, items: 64 };
