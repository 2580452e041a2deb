import type { Intent, Surface } from '@holdshort/github-operations';
import type { Usage, UsagePer } from './usage.js';

/** Who calls: the session's assistant, the person at the keyboard, or a workload without a person. */
export interface DecisionPrincipal {
  kind: 'assistant' | 'human' | 'workload';
  /** Session id: two sessions of one engineer are two principals. */
  id: string;
  /** The accountable engineer. */
  login: string;
  sub: string;
  /** Groups of the engineer, from the verified OIDC claim; an assistant acts with them. */
  groups: string[];
  /** The assistant's tool: `copilot`, `claude`, ... */
  tool?: string;
}

/** The repository as the control plane resolved it. */
export interface DecisionRepository {
  owner: string;
  name: string;
  id: string;
  /** Short name: `main`. */
  defaultBranch: string;
  visibility: 'public' | 'private' | 'internal';
  archived: boolean;
  /** Fully qualified refs, without patterns: `refs/heads/main`. */
  protectedRefs: string[];
  /** Repository sets of the installation's settings: `prod`. */
  sets: string[];
}

/** One ref change, whichever surface asks for it. */
export interface RefChange {
  /** Fully qualified. */
  ref: string;
  kind: 'create' | 'update' | 'force' | 'delete';
  isDefault: boolean;
  isProtected: boolean;
  commits: number;
  files: number;
  bytes: number;
  /** See `pathClassesOf` of github-operations; `unknown` where the changed files could not be told. */
  pathClasses: string[];
  /** Above 0 where the scanner found a secret; which, and how many, stands in the event. */
  secrets: number;
}

export interface DecisionInput {
  principal: DecisionPrincipal;
  intent: Intent;
  surface: Surface;
  /** Operation id: `repos/get`. */
  operation: string;
  method: string;
  /** Needed whenever the intent's target is a repository; without it such an intent is refused. */
  repository?: DecisionRepository;
  /**
   * What the agent read of the change. For an intent on a ref it may be left out where nothing was
   * read; ref, kind and protection then follow from the intent and the repository.
   */
  push?: RefChange;
  /** What the scanners found in the content of the call, by any surface; see finding-kinds.ts. Absent means nothing. */
  findings?: readonly string[];
  session: {
    id: string;
    humanPresent: boolean;
    /** The session has read what the public cannot read. Absent means it has not. */
    tainted?: boolean;
    /** An administrator has opened the emergency way for this session. */
    breakGlass?: boolean;
  };
  /** What was allowed in the hour before, without this call; absent means nothing. */
  usage?: Record<UsagePer, Usage>;
  now: Date;
  /** Gates that approvals have opened for exactly this call. */
  gatesOpen: string[];
}
