/** What `holdshort doctor` can find; docs/doctor.md has a row for each. */
export const FINDING_CODES = [
  'stack_unknown',
  'control_plane_unreachable',
  'control_plane_untrusted',
  'control_plane_not_ready',
  'clock_skewed',
  'not_signed_in',
  'sign_in_expired',
  'sign_in_refused',
  'agent_unreachable',
  'agent_cut_off',
  'agent_ca_missing',
  'agent_ca_wrong',
  'trail_refuses',
  'trail_not_delivered',
  'no_session',
  'session_over',
  'proxy_missing',
  'proxy_elsewhere',
  'path_broken',
  'no_proxy_leads_around',
  'tls_not_verified',
  'token_in_environment',
  'token_in_file',
  'remote_leads_around',
  'rewrite_leads_around',
  'client_leads_around',
  'egress_open',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  code: FindingCode;
  /** A warning leaves the exit code at 0. */
  severity: 'error' | 'warning';
  /** What is wrong; never a secret. */
  what: string;
  /** What to do, in words. */
  fix: string;
  /** The same for a POSIX shell, where one command does it. */
  command?: string;
}

export const error = (finding: Omit<Finding, 'severity'>): Finding => ({ ...finding, severity: 'error' });
export const warning = (finding: Omit<Finding, 'severity'>): Finding => ({ ...finding, severity: 'warning' });

/** A word for a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
