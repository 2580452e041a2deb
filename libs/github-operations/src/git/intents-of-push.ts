import type { Intent } from '../operation.js';

export interface PushedRef {
  /** Fully qualified. */
  ref: string;
  kind: 'create' | 'update' | 'force' | 'delete';
  paths: readonly string[];
}

/** The intents of a push, one for each of its refs, in the order of its commands. */
export const intentsOfPush = (owner: string, repo: string, refs: readonly PushedRef[]): Intent[] =>
  refs.map(({ ref, kind, paths }) => ({ action: `ref.${kind}`, target: { owner, repo, ref, paths: [...paths] } }));
