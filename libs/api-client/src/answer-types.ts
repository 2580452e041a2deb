/** Answers of the control plane's HTTP API, as far as the command line reads them. */

export interface Human {
  login: string;
  email?: string;
  groups?: string[];
}

/** Who is signed in; `csrf` for browsers only. */
export interface Me {
  human: Human & { sub: string; idp: string; email: string; groups: string[] };
  roles: string[];
  csrf?: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface OpenedSession {
  id: string;
  credential: string;
  expires_at: string;
  human: Human;
  assistant: string | null;
  undoes: string | null;
}

export interface Session {
  id: string;
  human: Human;
  assistant: string | null;
  is_human: boolean;
  workspace: string | null;
  agent_id: string | null;
  /** The session that this one rolls back. */
  undoes: string | null;
  opened_at: string;
  ended_at: string | null;
  end_reason: string | null;
  expires_at: string;
}

export interface Gate {
  name: string;
  approvers: string;
  required: number;
  granted: number;
  message?: string;
}

export interface Approval {
  id: string;
  state: 'pending' | 'approved' | 'rejected' | 'expired' | 'used';
  session_id: string;
  human: Human;
  assistant: string | null;
  surface: string;
  operation: string;
  repo: string;
  refs: { ref: string; old: string; new: string; kind: string; paths?: string[] }[];
  findings?: { rule: string; severity: string; path: string; line: number; excerpt: string }[];
  digest: string;
  policy_version: string;
  policies: string[];
  gates: Gate[];
  approvals: { by: string; at: string; effect: string; reason?: string | null }[];
  rejected_by: string | null;
  /** Of whoever refused it. */
  reason: string | null;
  created_at: string;
  decided_at: string | null;
  used_at: string | null;
  expires_at: string;
  url: string;
}

export interface DeviceLogin {
  handle: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete?: string;
  /** Seconds. */
  interval: number;
  expires_in: number;
}

export interface PolicySummary {
  version: string;
  name: string;
  state: 'draft' | 'review' | 'approved' | 'rejected' | 'active' | 'retired';
  note: string;
  author: string | null;
  reviewer: string | null;
  created_at: string;
  activated_at: string | null;
  cases: number;
  starter: { name: string; version: string } | null;
  /** Version of the built-in starter set, where it is another than the one that was taken. */
  newer_starter: string | null;
}

/** One policy of a version. */
export interface PolicyFacts {
  id: string;
  title: string;
  effect: 'permit' | 'deny' | 'hold';
}

export interface PolicyProblem {
  set: 'access' | 'obligations' | 'schema' | 'settings' | 'cases';
  policy: string;
  text: string;
  /** From 1. */
  line?: number;
  column?: number;
}

export interface PolicyCheck {
  problems: PolicyProblem[];
  /** Cases that answer otherwise than they should. */
  failures: string[];
  cases: number;
  version: string | null;
}

export interface PolicyDetail extends PolicySummary {
  policies: PolicyFacts[];
  source: {
    access: string;
    obligations: string;
    zone: string;
    observe: string[];
    repository_sets: Record<string, string[]>;
    cases: object[];
  };
}

export interface PolicyChange {
  id: string;
  before: string | null;
  after: string | null;
}

export interface PolicyDiff {
  from: string;
  to: string;
  access: PolicyChange[];
  obligations: PolicyChange[];
  settings: PolicyChange[];
  cases: PolicyChange[];
}

export interface PolicyActivation {
  version: string;
  previous: string | null;
  reason: string;
  by: string | null;
  at: string;
}

export interface FlipCount {
  name: string;
  flips: number;
}

export interface Simulation {
  id: string;
  version: string;
  state: 'running' | 'done' | 'failed';
  from: string;
  to: string;
  error: string | null;
  report: {
    decisions: number;
    judged: number;
    skipped: number;
    distinct: number;
    flips: number;
    seconds: number;
    by_change: FlipCount[];
    by_policy: FlipCount[];
    by_actor: FlipCount[];
    by_repository: FlipCount[];
    samples: {
      at: string;
      actor: string;
      repository: string;
      operation: string;
      recorded: string;
      simulated: string;
      policies: string[];
    }[];
  } | null;
}

export interface KillSwitch {
  id: string;
  scope: 'session' | 'workspace' | 'engineer' | 'all';
  target: string;
  reason: string;
  engaged_by: string;
  engaged_at: string;
  lifted_by: string | null;
  lifted_at: string | null;
  /** In the answer to the order only. */
  sessions_ended?: number;
}

/** A personal API token, without the token. */
export interface ApiToken {
  id: string;
  name: string;
  scopes: string[];
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}

export interface Agent {
  id: string;
  workspace: string;
  host: string;
  version: string;
  enrolled_at: string;
  last_seen: string | null;
  certificate_expires: string;
  revoked_at: string | null;
}

export interface Grant {
  id: string;
  session_id: string | null;
  engineer: string;
  actions: string[];
  repo: string;
  ref: string | null;
  gates: string[];
  granted_by: string;
  expires_at: string;
  revoked_at: string | null;
  revoked_by: string | null;
  uses: number;
}

/** A data key; never the key itself. */
export interface DataKey {
  id: string;
  wrapped_by: string;
  is_current: boolean;
  created_at: string;
}

export interface GroupRoles {
  group: string;
  roles: string[];
}

export interface SignIn {
  token: string;
  expires_at: string;
  human: Human;
}

/** A linked GitHub account, as `GET /github/links` shows it. */
export interface GithubLink {
  id: string;
  host: string;
  app: string;
  github: { id: string; login: string };
  linked_at: string;
  refreshed_at: string;
  good_until: string;
  broken: { at: string; reason: string } | null;
}

export interface LegalHold {
  session_id: string;
  reason: string;
  held_by: string;
  held_at: string;
}

/** A record that could not be stored as an event, without its content. */
export interface DeadLetter {
  id: string;
  arrived_at: string;
  reason: string;
  source: string;
  topic: string | null;
  partition: number | null;
  kafka_offset: string | null;
  bytes: number;
  replay_result: string | null;
}

/** What one assistant did in one hour. */
export interface OverviewHour {
  at: string;
  /** Empty for calls of people. */
  assistant: string;
  calls: number;
  pushes: number;
  refusals: number;
  holds: number;
}

export interface Overview {
  since: string;
  until: string;
  hours: OverviewHour[];
  /** Null for those who may not see agents. */
  agents: { total: number; silent: number; versions: { version: string; agents: number }[] } | null;
}

/** The text of a prompt or an answer, as the prompt store has it. */
export interface KeptText {
  id: string;
  session_id: string;
  kind: string;
  sha256: string;
  keeping: string;
  model: string;
  occurred_at: string;
  text: string;
}

/** A set of policies to begin with, written for somebody's names. */
export interface PolicyStarter extends Pick<PolicyDetail, 'name' | 'source' | 'version'> {
  about: string;
  names: Record<string, string>;
}
