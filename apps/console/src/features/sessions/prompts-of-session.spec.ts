import type { KeptText, SessionCauses } from '@holdshort/api-client';
import { promptStories } from './prompts-of-session.js';

const kept = (kind: string, sha256: string, occurred_at: string, text: string): KeptText => ({
  ...{ id: `${kind}${sha256}`, session_id: 'ses_1', kind, sha256, keeping: 'full', model: 'gpt', occurred_at, text },
});
const causes: SessionCauses = {
  ...{ session_id: 'ses_1', cut: false, humans: [] },
  operations: [{ event_id: 'e1', prompt_sha256: 'a', confidence: 'command', evidence: [] }],
  commits: [{ commit: 'c1', prompt_sha256: 'b', confidence: 'exact', evidence: ['git told of it'] }],
};

describe('promptStories', () => {
  it('tells prompts in their order, each with its answers and what it caused', () => {
    const texts = [
      kept('prompt', 'a', '2026-01-01T10:00:00Z', 'Do this'),
      kept('answer', 'x', '2026-01-01T10:00:05Z', 'Done'),
      kept('prompt', 'b', '2026-01-01T10:01:00Z', 'And that'),
      kept('answer', 'y', '2026-01-01T10:01:05Z', 'Done too'),
    ];
    expect(promptStories(causes, texts)).toMatchObject([
      { sha256: 'a', text: 'Do this', answers: ['Done'], calls: [{ event_id: 'e1' }], commits: [] },
      { sha256: 'b', text: 'And that', answers: ['Done too'], calls: [], commits: [{ commit: 'c1' }] },
    ]);
  });

  it('tells of prompts whose text was not kept by what they caused', () => {
    expect(promptStories(causes, [])).toMatchObject([
      { sha256: 'a', text: undefined },
      { sha256: 'b', text: undefined },
    ]);
  });
});
