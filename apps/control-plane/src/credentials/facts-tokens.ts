import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '../clock.js';
import { GithubApp, type Installation, type InstallationToken } from './github-app.js';

/** A token is used until this long before it ends. */
const MARGIN_MS = 5 * 60_000;

/** The control plane's own read tokens, for facts about repositories; they never leave the process. */
@Injectable()
export class FactsTokens implements OnApplicationShutdown {
  private readonly held = new Map<string, Promise<InstallationToken>>();

  constructor(
    private readonly app: GithubApp,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async of(installation: Installation, repositories: string[], wanted: Record<string, string>): Promise<string> {
    const permissions = grantable(installation, wanted);
    const key = JSON.stringify([installation.id, repositories, permissions]);
    const known = await this.held.get(key);
    if (known && known.expiresAt.getTime() - MARGIN_MS > this.now().getTime()) return known.token;
    const minted = this.app.mint(installation, repositories, permissions);
    this.held.set(key, minted);
    minted.catch(() => {
      if (this.held.get(key) === minted) this.held.delete(key);
    });
    return (await minted).token;
  }

  /** Forgets a token that GitHub no longer honours, so that the next question mints a new one. */
  async drop(token: string): Promise<void> {
    for (const [key, entry] of this.held) {
      const held = await entry.catch(() => undefined);
      if (held?.token === token) this.held.delete(key);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const tokens = await Promise.allSettled(this.held.values());
    this.held.clear();
    await Promise.allSettled(
      tokens.flatMap((entry) => (entry.status === 'fulfilled' ? [this.app.revoke(entry.value.token)] : [])),
    );
  }
}

/** What is wanted, as far as the installation has it; GitHub refuses the whole token otherwise. */
const grantable = (installation: Installation, wanted: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(wanted).filter(([name]) => name in installation.permissions || name === 'metadata'),
  );
