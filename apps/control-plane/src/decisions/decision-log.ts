import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type Repository } from 'typeorm';
import type { Plain } from '../database/plain.js';
import { LOGGER } from '../logger.js';
import { DecisionEntity } from './decision.entity.js';

/** Decisions wait at most this long for company; a crash loses no more than this (each call's event is elsewhere). */
const BATCH_MS = 20;
const BATCH_ROWS = 200;
/** Rows that the database has not taken; beyond it decisions are refused, since they could not be kept. */
const WAITING_LIMIT = 20_000;
const RETRY_MS = 1_000;

/** Stores decisions beside the path of the call, in batches. */
@Injectable()
export class DecisionLog implements OnApplicationShutdown {
  private readonly rows: Repository<DecisionEntity>;
  private waiting: Plain<DecisionEntity>[] = [];
  private flushing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(DecisionEntity);
  }

  /** @throws HoldshortError `audit_unavailable` while the database has not taken the decisions before */
  requireRoom(): void {
    if (this.waiting.length < WAITING_LIMIT) return;
    throw new HoldshortError('audit_unavailable', 'Decisions cannot be stored, so none is made.');
  }

  /** Stored soon; tried again until it is. */
  add(decision: Plain<DecisionEntity>): void {
    this.waiting.push(decision);
    if (this.waiting.length >= BATCH_ROWS) this.start();
    else
      this.timer ??= setTimeout(() => {
        this.start();
      }, BATCH_MS);
  }

  /** Stored when this returns. */
  async store(decision: Plain<DecisionEntity>): Promise<void> {
    await this.rows.insert(decision);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flushing;
    await this.flush().catch((error: unknown) => {
      this.logger.error({ err: error, lost: this.waiting.length }, 'decisions not stored at shutdown');
    });
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.flush()
      .catch((error: unknown) => {
        this.logger.error({ err: error }, 'cannot store decisions; trying again');
        this.timer ??= setTimeout(() => {
          this.start();
        }, RETRY_MS);
      })
      .finally(() => {
        this.flushing = undefined;
      });
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, BATCH_ROWS);
      await this.rows.createQueryBuilder().insert().values(batch).orIgnore().execute();
      this.waiting = this.waiting.slice(batch.length);
    }
  }
}
