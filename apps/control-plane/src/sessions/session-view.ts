import type { Session } from './session.js';

/** The accountable person of a session, as events and decisions name them. */
export const humanOfSession = (session: Session) => ({
  sub: session.humanSub,
  login: session.humanLogin,
  email: session.humanEmail,
  idp: session.humanIdp,
  groups: session.humanGroups,
});

/** A session as the HTTP API shows it. */
export const sessionView = (session: Session) => ({
  id: session.id,
  human: { login: session.humanLogin, email: session.humanEmail },
  assistant: session.assistant,
  is_human: session.isHuman,
  workspace: session.workspace,
  agent_id: session.agentId,
  undoes: session.undoes,
  opened_at: session.openedAt.toISOString(),
  ended_at: session.endedAt?.toISOString() ?? null,
  end_reason: session.endReason,
  expires_at: session.expiresAt.toISOString(),
});
