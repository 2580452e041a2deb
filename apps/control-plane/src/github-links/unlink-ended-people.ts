import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { PeopleService } from '../auth/people/people.service.js';
import { LOGGER } from '../logger.js';
import { every } from '../every.js';
import { newId } from '../random-id.js';
import { GithubLinks } from './github-links.service.js';

/** Their sessions and leases end at once by themselves; what is left are tokens that nobody may use any more. */
const SWEEP_MS = 60_000;

/** Unlinks people whom the identity provider no longer vouches for. */
@Injectable()
export class UnlinkEndedPeople implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly people: PeopleService,
    private readonly links: GithubLinks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = every(
      SWEEP_MS,
      () => this.unlink(),
      (error) => {
        this.logger.error({ err: error }, 'cannot look for links of people who left');
      },
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What fails is tried again next time. */
  async unlink(): Promise<void> {
    const links = await this.links.all();
    const ended = new Set((await this.people.endedAmong(links)).map(({ idp, sub }) => JSON.stringify([idp, sub])));
    for (const { id, idp, sub } of links.filter((link) => ended.has(JSON.stringify([link.idp, link.sub])))) {
      await this.links
        .unlink({ idp, sub }, id, { correlationId: newId('cor'), reason: 'identity ended' })
        .catch((error: unknown) => {
          if (toHoldshortError(error).code === 'not_found') return; // another replica was first
          this.logger.error({ err: error, link_id: id }, 'cannot unlink somebody who left; it will be tried again');
        });
    }
  }
}
