import type { AuditEvent, EventType } from './event.js';

export interface CatalogueEntry {
  /** What happened, for a table of events. */
  title: string;
  /** The moment it is emitted. */
  when: string;
  emitter: 'agent' | 'control-plane';
  phases: readonly AuditEvent['phase'][];
  /** How a reader should take it; `notice` is worth a look, `warning` worth an alert. */
  level: 'info' | 'notice' | 'warning';
}

const single = ['single'] as const;
const twoPhase = ['attempt', 'outcome'] as const;

/** What the reference says of each type; the compiler refuses a type without an entry. */
export const EVENT_CATALOGUE: Record<EventType, CatalogueEntry> = {
  'agent.started': entry('Agent started', 'An agent opened its spool and is ready to take calls.', 'agent'),
  'agent.stopped': entry('Agent stopped', 'An agent was asked to stop; the last event of its chain.', 'agent'),
  'agent.enrolled': entry(
    'Agent enrolled',
    'A join token was used and a certificate issued.',
    'control-plane',
    'notice',
  ),
  'agent.revoked': entry(
    'Agent revoked',
    'An administrator revoked an agent; its streams were cut and its sessions ended.',
    'control-plane',
    'warning',
  ),
  'agent.joined': entry(
    'Workspace proved what it is',
    'A workspace without a join token showed evidence that a join rule accepts, and got a token for it.',
    'control-plane',
    'notice',
  ),
  'agent.join_refused': entry(
    'Join refused',
    'Evidence of a workspace did not hold, fits no join rule, or came before.',
    'control-plane',
    'warning',
  ),
  'call.read': entry(
    'Call that reads',
    'A call that changes nothing was answered; durable before the answer ends.',
    'agent',
  ),
  'call.write': {
    title: 'Call that writes',
    when: 'Attempt: before the call is forwarded. Outcome: when GitHub has answered, or the call was refused.',
    emitter: 'agent',
    phases: twoPhase,
    level: 'info',
  },
  'call.refused': entry(
    'Call refused',
    'A call was refused before it could be classified or decided.',
    'agent',
    'notice',
  ),
  'tunnel.opened': entry(
    'Tunnel opened',
    'A connection to a host that is not governed was let through unread.',
    'agent',
  ),
  'session.opened': entry(
    'Session opened',
    'An engineer opened a session for an assistant or for themselves.',
    'control-plane',
  ),
  'session.closed': entry(
    'Session closed',
    'A session ended: by its owner, an administrator, or expiry.',
    'control-plane',
  ),
  'auth.login': entry('Signed in', 'A person proved their identity at the identity provider.', 'control-plane'),
  'auth.refused': entry(
    'Sign-in refused',
    'An identity was missing, unverified or without a role.',
    'control-plane',
    'warning',
  ),
  'auth.logout': entry('Signed out', 'A person ended their sign-in.', 'control-plane'),
  'auth.identity_ended': entry(
    'Identity ended',
    'The identity provider no longer vouches for a person: sign-ins and sessions ended.',
    'control-plane',
    'notice',
  ),
  'auth.groups_changed': entry(
    'Groups changed',
    'The identity provider put a person into other groups; in force from now on.',
    'control-plane',
    'notice',
  ),
  'auth.token_created': entry('API token created', 'A person made a personal API token.', 'control-plane', 'notice'),
  'auth.token_revoked': entry('API token revoked', 'A personal API token was revoked.', 'control-plane'),
  'auth.roles_changed': entry(
    'Roles changed',
    'An administrator changed which roles a group gives.',
    'control-plane',
    'warning',
  ),
  'auth.break_glass_created': entry(
    'Break-glass password created',
    'Somebody on the host of the control plane made a one-time administrator password.',
    'control-plane',
    'warning',
  ),
  'auth.break_glass_used': entry(
    'Break-glass password used',
    'Somebody signed in as administrator with a one-time password, past the identity provider.',
    'control-plane',
    'warning',
  ),
  'approval.requested': entry('Approval requested', 'A policy held a call for people.', 'control-plane', 'notice'),
  'approval.granted': entry('Approval granted', 'A person approved a held call.', 'control-plane', 'notice'),
  'approval.rejected': entry('Approval rejected', 'A person refused a held call.', 'control-plane', 'notice'),
  'approval.expired': entry('Approval expired', 'Nobody answered in time.', 'control-plane'),
  'approval.used': entry('Approval used', 'The approved call went through; the approval is spent.', 'control-plane'),
  'grant.given': entry(
    'Grant given',
    'A person answered holds of one kind beforehand, for a while.',
    'control-plane',
    'warning',
  ),
  'grant.revoked': entry('Grant taken back', 'A grant was ended before its time.', 'control-plane', 'notice'),
  'grant.used': entry('Grant used', 'A held call went through on a grant.', 'control-plane', 'notice'),
  'notification.failed': entry(
    'Notification given up',
    'Nobody could be told of a hold for a day; the hold itself went its way.',
    'control-plane',
    'warning',
  ),
  'lease.issued': entry('Lease issued', 'A GitHub credential was minted for a decision.', 'control-plane'),
  'lease.revoked': entry('Lease revoked', 'A GitHub credential was revoked before it expired.', 'control-plane'),
  'policy.activated': entry('Policy activated', 'A policy version came into force.', 'control-plane', 'warning'),
  'policy.saved': entry(
    'Policy saved',
    'A policy version was stored as a draft; nothing changed yet.',
    'control-plane',
  ),
  'policy.submitted': entry('Policy submitted', 'A review of a policy version was asked for.', 'control-plane'),
  'policy.reviewed': entry(
    'Policy reviewed',
    'A second person approved or rejected a policy version.',
    'control-plane',
    'notice',
  ),
  'policy.simulated': entry(
    'Policy simulated',
    'A policy version was tried against recorded decisions.',
    'control-plane',
  ),
  'policy.break_glass': entry(
    'Emergency way opened',
    'An administrator opened the emergency way for one session, for a while.',
    'control-plane',
    'warning',
  ),
  'kill.engaged': entry(
    'Kill switch engaged',
    'An administrator stopped a session, a workspace, an engineer or everything.',
    'control-plane',
    'warning',
  ),
  'keys.rotated': entry(
    'Keys rotated',
    'Secrets are sealed with a new data key, and all data keys are wrapped by the key in force.',
    'control-plane',
    'warning',
  ),
  'kill.lifted': entry('Kill switch lifted', 'An administrator took a stop back.', 'control-plane', 'warning'),
};

function entry(
  title: string,
  when: string,
  emitter: CatalogueEntry['emitter'],
  level: CatalogueEntry['level'] = 'info',
): CatalogueEntry {
  return { title, when, emitter, phases: single, level };
}
