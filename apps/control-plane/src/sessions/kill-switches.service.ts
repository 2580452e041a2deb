import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { Subscription } from 'rxjs';
import { DataSource, IsNull, type Repository } from 'typeorm';
import { LOGGER } from '../logger.js';
import { SignalsService } from '../signals/signals.service.js';
import { KillSwitchEntity, type KillScope } from './kill-switch.entity.js';
import type { Session } from './session.js';

/** What `end_reason` begins with where a kill switch ended the session; the rest names who and why. */
export const KILLED = 'killed by ';

export const killed = (words: string): HoldshortError =>
  new HoldshortError('kill_switch', `Work was stopped here: ${words}`, {
    advice: 'Stop, and ask the administrator who is named; a new session does not help while the stop is in force.',
  });

export const killWords = (row: Pick<KillSwitchEntity, 'engagedBy' | 'reason'>): string =>
  `${KILLED}${row.engagedBy}: ${row.reason}`;

type Stoppable = Pick<Session, 'id' | 'workspace' | 'humanLogin'>;

const TARGET: Record<KillScope, (session: Stoppable) => string> = {
  session: (session) => session.id,
  workspace: (session) => session.workspace,
  engineer: (session) => session.humanLogin,
  all: () => '',
};

/** The stops in force, known to every replica. */
@Injectable()
export class KillSwitches implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<KillSwitchEntity>;
  private known: Promise<readonly KillSwitchEntity[]> | undefined;
  private subscription: Subscription | undefined;

  constructor(
    database: DataSource,
    private readonly signals: SignalsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(KillSwitchEntity);
  }

  onApplicationBootstrap(): void {
    this.subscription = this.signals.all.subscribe((signal) => {
      if (signal.kind === 'kill_changed' || signal.kind === 'resync') this.known = undefined;
    });
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  /** @throws HoldshortError `kill_switch` where a stop covers the session; any error means refuse */
  async refuseStopped(session: Stoppable): Promise<void> {
    const stop = (await this.inForce()).find((row) => TARGET[row.scope](session) === row.target);
    if (stop) throw killed(killWords(stop));
  }

  /** The stop of everything, where it is in force. */
  async ofEverything(): Promise<KillSwitchEntity | undefined> {
    return (await this.inForce()).find((row) => row.scope === 'all');
  }

  /** Without the line for signals a stop could be missed, so then the database is asked each time. */
  private inForce(): Promise<readonly KillSwitchEntity[]> {
    if (this.known && this.signals.isConnected()) return this.known;
    const asked = this.rows.findBy({ liftedAt: IsNull() });
    this.known = asked;
    asked.catch((error: unknown) => {
      if (this.known === asked) this.known = undefined;
      this.logger.error({ err: error }, 'cannot read the kill switches; refused');
    });
    return asked;
  }
}
