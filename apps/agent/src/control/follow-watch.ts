import type { AgentContext } from '../exchange/agent-context.js';

/** What the control plane calls out takes effect here at once: revocations, policy activations, the kill switch. */
export function followWatch({ control, decisions, sessions, logger }: AgentContext): void {
  control.on('up', () => {
    // anything may have been revoked while nobody listened
    decisions.clear();
    sessions.clear();
    logger.info('connected to the control plane');
  });
  control.on('refused', () => {
    decisions.clear();
    sessions.clear();
    logger.error('the control plane does not take this agent any more: it was revoked');
  });
  control.on('down', () => {
    logger.warn('no connection to the control plane: writes are refused');
  });
  control.on('watch', (message) => {
    const version = message.ready?.policyVersion ?? message.policyActivated?.policyVersion;
    if (version !== undefined) decisions.policyActivated(version);
    if (message.sessionRevoked) {
      decisions.revokeSession(message.sessionRevoked.sessionId);
      void sessions.revoke(message.sessionRevoked.sessionId);
    }
    if (message.leaseRevoked) decisions.revokeLease(message.leaseRevoked.leaseId);
    if (message.killSwitch?.engaged) {
      decisions.clear();
      sessions.clear();
    }
  });
}
