/** A push that GitHub has and the trail has not. */
export interface UnseenPush {
  kind: 'unseen_push';
  severity: 'alert';
  /** RFC 3339, by GitHub's clock. */
  time: string;
  repo: string;
  actor: string;
  /** By what it was made: a token that Holdshort never issued, one that it did issue, or none (SSH key, deploy key, web). */
  by: 'foreign_token' | 'lease' | 'facts_token' | 'no_token';
  hashed_token?: string;
  access: string;
  /** Of the token, where Holdshort issued it. */
  lease_id?: string;
  session_id?: string;
  engineer?: string;
  user_agent: string;
  document_id: string;
}

/** A token at work in the organisation that Holdshort did not issue. */
export interface ForeignToken {
  kind: 'foreign_token';
  severity: 'alert';
  hashed_token: string;
  access: string;
  /** At most five of each. */
  actors: string[];
  actions: string[];
  repos: string[];
  entries: number;
  pushes: number;
  first: string;
  last: string;
}

/** A push of the trail that nobody attested. */
export interface NoAttestation {
  kind: 'no_attestation';
  severity: 'alert';
  time: string;
  repo: string;
  event_id: string;
  session_id: string;
  engineer: string;
}

/** A push of the trail that GitHub does not have. */
export interface NotAtGithub extends Omit<NoAttestation, 'kind' | 'severity'> {
  kind: 'not_at_github';
  severity: 'warning';
}

export type Finding = UnseenPush | ForeignToken | NoAttestation | NotAtGithub;

export interface Summary {
  verdict: 'clean' | 'found';
  from: string | null;
  to: string | null;
  github_entries: number;
  github_pushes: number;
  /** Entries that the stream brought again. */
  repeated: number;
  recorded_pushes: number;
  issued_tokens: number;
  matched: number;
  /** Pushes that only an attempt, or an outcome found out at restart, stands for. */
  matched_by_attempt: number;
  unseen_pushes: number;
  foreign_tokens: number;
  no_attestation: number;
  not_at_github: number;
  /** Recorded pushes that are too young to be missed in GitHub's log. */
  awaited: number;
  /** Entries of actors and tokens that were allowed by name. */
  allowed: number;
  /** Entries without a token that are no pushes: people in browsers, GitHub itself. */
  without_token: number;
}
