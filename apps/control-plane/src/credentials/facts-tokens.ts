import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ControlPlaneAudit, type OwnEventOf } from '../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { newId } from '../random-id.js';
import { payerOf, type Installation, type InstallationToken } from './github-app.js';
import type { CountedToken } from './github-http.js';
import { tokenSha256Base64 } from './held-lease.js';

/** A token is used until this long before it ends. */
const MARGIN_MS = 5 * 60_000;

type Permissions = Record<string, string>;

/** What a token of the control plane's own is for: to read facts, or to write evidence. */
type Purpose = 'facts' | 'evidence';

interface Wanted {
  installation: Installation;
  repositories: readonly string[];
  permissions: Permissions;
  purpose: Purpose;
}

interface Held {
  installation: Installation;
  minted: Promise<InstallationToken>;
}

/** The control plane's own tokens, to read facts about repositories and to write evidence; they never leave the process. */
@Injectable()
export class FactsTokens implements OnApplicationShutdown {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError `lease_unavailable` or `audit_unavailable`; a token that could not be recorded is revoked */
  async of(
    installation: Installation,
    repositories: readonly string[],
    wanted: Record<string, string>,
    purpose: Purpose = 'facts',
  ): Promise<CountedToken> {
    const permissions = grantable(installation, wanted);
    const key = JSON.stringify([
      installation.app.site,
      installation.app.id,
      installation.id,
      repositories,
      permissions,
      purpose,
    ]);
    const known = this.held.get(key);
    if (known && !this.isFresh(await known.minted) && this.held.get(key) === known) this.held.delete(key);
    const { minted } = this.held.get(key) ?? this.mint(key, { installation, repositories, permissions, purpose });
    return { token: (await minted).token, payer: payerOf(installation) };
  }

  private isFresh({ expiresAt }: InstallationToken): boolean {
    return expiresAt.getTime() - MARGIN_MS > this.now().getTime();
  }

  /** Held from the start, so that questions asked together share one token. */
  private mint(key: string, wanted: Wanted): Held {
    const held = { installation: wanted.installation, minted: this.mintOnRecord(wanted) };
    this.held.set(key, held);
    held.minted.catch(() => {
      if (this.held.get(key) === held) this.held.delete(key);
    });
    return held;
  }

  /** Before anybody uses it: a token that is on no record looks like one of an intruder in GitHub's own log. */
  private async mintOnRecord(wanted: Wanted): Promise<InstallationToken> {
    this.audit.requireWritable();
    const { installation, repositories, permissions } = wanted;
    const minted = await installation.app.mint(installation, repositories, permissions);
    try {
      await this.audit.record(issued(wanted, minted));
    } catch (error) {
      await Promise.allSettled([installation.app.revoke(installation, minted.token)]);
      throw error;
    }
    return minted;
  }

  /** Forgets a token that GitHub no longer honours, so that the next question mints a new one. */
  async drop(token: string): Promise<void> {
    for (const [key, { minted }] of this.held) {
      const held = await minted.catch(() => undefined);
      if (held?.token === token) this.held.delete(key);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const all = [...this.held.values()];
    this.held.clear();
    await Promise.allSettled(
      all.map(async ({ installation, minted }) => installation.app.revoke(installation, (await minted).token)),
    );
  }
}

const issued = (
  { installation: { account, app }, repositories, purpose }: Wanted,
  { token, permissions, expiresAt }: InstallationToken,
): OwnEventOf<'facts_token.issued'> => ({
  type: 'facts_token.issued',
  correlation_id: randomUUID(),
  target: { host: app.site, repo: account },
  lease: {
    id: newId('fct'),
    kind: purpose,
    token_sha256_b64: tokenSha256Base64(token),
    permissions,
    ...(repositories.length === 0 ? {} : { repositories: repositories.map((name) => `${account}/${name}`) }),
    expires: expiresAt.toISOString(),
  },
  outcome: 'success',
});

/** What is wanted, as far as the installation has it; GitHub refuses the whole token otherwise. */
const grantable = (installation: Installation, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name]) => name in installation.permissions || name === 'metadata'),
  );
