import { createHash } from 'node:crypto';
import type { Installation } from './github-app.js';

/** A GitHub token in memory. `token` goes to the agent and nowhere else. */
export interface HeldLease {
  id: string;
  /** Whose it is: that of the App's installation, or the engineer's own through the App. */
  kind: 'installation' | 'user';
  /** The link that a lease of kind `user` goes by. */
  linkId: string | undefined;
  sessionId: string;
  installation: Installation;
  token: string;
  issuedAt: Date;
  expiresAt: Date;
  permissions: Record<string, string>;
  /** owner/name */
  repositories: string[];
  /** The policy under which it was issued. */
  policyVersion: string;
}

/** GitHub's own audit log names a token by this digest (`hashed_token`), so that the two can be joined. */
export const tokenSha256Base64 = (token: string): string => createHash('sha256').update(token).digest('base64');

/** A lease as events name it. */
export const eventLease = (lease: HeldLease) => ({
  id: lease.id,
  kind: lease.kind,
  token_sha256_b64: tokenSha256Base64(lease.token),
  permissions: lease.permissions,
  repositories: lease.repositories,
  expires: lease.expiresAt.toISOString(),
});
