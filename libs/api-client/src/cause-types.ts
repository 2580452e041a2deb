/** How sure a link from a prompt is: `exact`, `command` or `inferred`. */
export interface Cause {
  prompt_sha256: string;
  confidence: string;
  evidence: string[];
}

/** What a person did without an assistant. */
export interface ByPerson {
  event_id: string;
  evidence: string;
}

export interface SessionCauses {
  session_id: string;
  /** There is more in the trail than was looked at. */
  cut: boolean;
  operations: (Cause & { event_id: string })[];
  commits: (Cause & { commit: string })[];
  humans: ByPerson[];
}

export interface CommitCauses {
  commit: string;
  sessions: string[];
  cut: boolean;
  /** The surest first. Nodes are `prompt:SESSION:SHA256`, `call:SESSION:ID`, `operation:EVENT`, `commit:SHA`, ... */
  paths: {
    confidence: string;
    session_id: string;
    prompt_sha256: string;
    steps: { from: string; to: string; confidence: string; evidence: string[] }[];
  }[];
  humans: ByPerson[];
}
