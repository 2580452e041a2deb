import type { PolicySummary } from '@holdshort/api-client';

export interface Viewer {
  login: string;
  isEditor: boolean;
  isAdmin: boolean;
}

/** What is offered; whether a second person is needed, and everything else, the control plane decides. */
export function stepsFor({ state, author }: Pick<PolicySummary, 'state' | 'author'>, viewer: Viewer) {
  return {
    submit: state === 'draft' && viewer.isEditor,
    review: state === 'review' && viewer.isEditor && viewer.login !== author,
    activate: state !== 'active' && state !== 'rejected' && viewer.isAdmin,
  };
}
