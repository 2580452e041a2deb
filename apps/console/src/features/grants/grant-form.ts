import type { GrantBody } from '@holdshort/api-client';

/** What is typed in, as text. */
export interface GrantDraft {
  forWhom: 'engineer' | 'session_id';
  name: string;
  repo: string;
  ref: string;
  gates: string;
  hours: string;
  reason: string;
}

export const EMPTY_GRANT: GrantDraft = {
  ...{ forWhom: 'engineer', name: '', repo: '', ref: '', gates: '', hours: '2', reason: '' },
};

/** A grant for pushes; others are given at the command line. @returns an error that says what is missing */
export function grantBodyOf(draft: GrantDraft): GrantBody | Error {
  const { forWhom, name, repo, ref, gates, hours, reason } = draft;
  const seconds = Math.round(Number(hours) * 3600);
  const listed = gates.split(/[\s,]+/).filter((gate) => gate !== '');
  if ([name, repo, ref, reason].some((text) => text.trim() === '') || listed.length === 0)
    return new Error('For whom, repository, refs, gates and the reason are needed.');
  if (!Number.isFinite(seconds) || seconds < 60)
    return new Error('A grant lasts some hours: a number such as 2 or 0.5.');
  return {
    ...{ [forWhom]: name.trim() },
    ...{ actions: ['ref.create', 'ref.update'], repo: repo.trim(), ref: ref.trim(), gates: listed },
    ...{ seconds, reason: reason.trim() },
  };
}
