import type { KeptText, SessionCauses } from '@holdshort/api-client';

export interface PromptStory {
  sha256: string;
  /** Where it was kept. */
  text: string | undefined;
  at: string | undefined;
  model: string | undefined;
  answers: string[];
  commits: { commit: string; confidence: string; evidence: string[] }[];
  /** Calls that it caused, by their events. */
  calls: { event_id: string; confidence: string }[];
}

/** Prompts in their order, with what each caused: those that were kept, and those that only the trail knows. */
export function promptStories(causes: SessionCauses, texts: readonly KeptText[]): PromptStory[] {
  const prompts = texts.filter(({ kind }) => kind === 'prompt');
  const named = [...causes.operations, ...causes.commits].map(({ prompt_sha256: sha256 }) => sha256);
  return [...new Set([...prompts.map(({ sha256 }) => sha256), ...named])].map((sha256) => {
    const kept = prompts.find((text) => text.sha256 === sha256);
    return {
      ...{ sha256, text: kept?.text, at: kept?.occurred_at, model: kept?.model },
      answers: kept ? answersTo(kept, texts) : [],
      commits: causes.commits.filter((cause) => cause.prompt_sha256 === sha256),
      calls: causes.operations.filter((cause) => cause.prompt_sha256 === sha256),
    };
  });
}

/** What the model answered before the next prompt came. */
function answersTo({ sha256, occurred_at: asked }: KeptText, texts: readonly KeptText[]): string[] {
  const next = texts.find((text) => text.kind === 'prompt' && text.sha256 !== sha256 && text.occurred_at > asked);
  const until = next?.occurred_at ?? '9999';
  return texts
    .filter(({ kind, occurred_at: at }) => kind === 'answer' && at >= asked && at < until)
    .map(({ text }) => text);
}
