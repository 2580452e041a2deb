/**
 * The closed list of reasons a decision, a refusal or a failure can carry. A code is part of the
 * interface: it stands in events, metrics, refusals and tests, and is never renamed or reused.
 * The text says what the code means, for `docs/reference/reasons.md`.
 */
export const REASONS = {
  // decisions
  policy_permits: 'A policy permits the call.',
  policy_forbids: 'A policy forbids the call.',
  no_policy_permits: 'No policy permits the call; what is not permitted is refused.',
  approval_required: 'A policy holds the call until people approve it.',
  approval_granted: 'People approved exactly this call.',
  approval_rejected: 'A person refused the approval.',
  approval_expired: 'Nobody answered before the hold window or the approval ended.',
  cap_reached: 'A limit on calls per hour is used up; the same call passes later.',
  observed: 'The policy only observes here: it let through what it would have refused or held.',
  policy_error: 'A policy failed while it was evaluated; that means refused.',
  policy_changed: 'Another policy came into force while the call was decided; asked again, that one answers.',
  kill_switch: 'An administrator stopped this session, engineer, workspace or everything.',
  // who
  session_missing: 'The call names no session.',
  session_unknown: 'The session credential is not known to the control plane.',
  session_ended: 'The session is closed or expired.',
  foreign_credential: 'The call brought a GitHub credential of its own.',
  not_authenticated: 'No valid identity was presented.',
  not_authorized: 'The identity may not do this.',
  // what
  host_unknown: 'The host is not one that Holdshort governs or lets through.',
  operation_unknown: 'The call is not in the operation table; unknown means refused.',
  request_malformed: 'The request cannot be read in only one way.',
  request_too_large: 'The request is over the limit for its kind.',
  target_unresolved: 'The repository or ref of the call cannot be determined.',
  push_unreadable: 'The push cannot be read completely.',
  push_too_large: 'The push is over a limit of inspection.',
  push_option_refused: 'The push carries a push option that is not allow-listed.',
  masking_impossible:
    'Policy wants what the answer holds masked, and it is of a kind that cannot be: an archive, a pack, an object.',
  // what failed
  control_plane_unreachable: 'The control plane gave no answer.',
  audit_unavailable: 'The audit spool is full or failed; without a record nothing is written.',
  lease_unavailable: 'No GitHub credential could be issued for the call.',
  github_link_missing: 'Policy wants the call to carry the engineer, who has linked no GitHub account.',
  github_link_broken: 'GitHub no longer honours the link to the engineer’s account; it must be linked again.',
  upstream_unreachable: 'GitHub gave no answer.',
  upstream_refused: 'GitHub refused the call.',
  github_rate_limited: 'GitHub’s limit on calls of the Holdshort App is used up; the same call passes later.',
  client_gone: 'The client went away before the call ended.',
  internal_error: 'A fault in Holdshort; the call was refused.',
  // housekeeping
  not_found: 'There is no such thing, or it is not visible to the caller.',
  conflict: 'The state does not allow this now.',
  rate_limited: 'Too many calls; try again later.',
} as const;

export type ReasonCode = keyof typeof REASONS;

export const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
