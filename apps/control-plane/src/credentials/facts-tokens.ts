import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '../clock.js';
import { payerOf, type Installation, type InstallationToken } from './github-app.js';
import type { CountedToken } from './github-http.js';

/** A token is used until this long before it ends. */
const MARGIN_MS = 5 * 60_000;

type Permissions = Record<string, string>;

interface Held {
  installation: Installation;
  minted: Promise<InstallationToken>;
}

/** The control plane's own read tokens, for facts about repositories; they never leave the process. */
@Injectable()
export class FactsTokens implements OnApplicationShutdown {
  private readonly held = new Map<string, Held>();

  constructor(@Inject(CLOCK) private readonly now: Clock) {}

  async of(
    installation: Installation,
    repositories: readonly string[],
    wanted: Record<string, string>,
  ): Promise<CountedToken> {
    const permissions = grantable(installation, wanted);
    const key = JSON.stringify([
      installation.app.site,
      installation.app.id,
      installation.id,
      repositories,
      permissions,
    ]);
    const known = this.held.get(key);
    if (known && !this.isFresh(await known.minted) && this.held.get(key) === known) this.held.delete(key);
    const { minted } = this.held.get(key) ?? this.mint(key, installation, repositories, permissions);
    return { token: (await minted).token, payer: payerOf(installation) };
  }

  private isFresh({ expiresAt }: InstallationToken): boolean {
    return expiresAt.getTime() - MARGIN_MS > this.now().getTime();
  }

  /** Held from the start, so that questions asked together share one token. */
  private mint(
    key: string,
    installation: Installation,
    repositories: readonly string[],
    permissions: Permissions,
  ): Held {
    const held = { installation, minted: installation.app.mint(installation, repositories, permissions) };
    this.held.set(key, held);
    held.minted.catch(() => {
      if (this.held.get(key) === held) this.held.delete(key);
    });
    return held;
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

/** What is wanted, as far as the installation has it; GitHub refuses the whole token otherwise. */
const grantable = (installation: Installation, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name]) => name in installation.permissions || name === 'metadata'),
  );
