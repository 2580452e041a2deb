import type { CliContext } from '../cli-context.js';

/** Texts that the prompt store has of these sessions, by their digest. Each read is recorded by the control plane. */
export async function promptTexts(context: CliContext, sessions: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const id of sessions) {
    for await (const { sha256, text } of context
      .client()
      .pages('GET /prompts', { session_id: id, limit: 500 }, 'cursor'))
      texts.set(sha256, text);
  }
  return texts;
}
