import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { Client } from 'pg';
import { Subject, type Observable } from 'rxjs';
import { LOGGER } from '../logger.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { parseSignal, type Signal } from './signal.js';

const CHANNEL = 'holdshort_signals';
const RECONNECT_MS = 1_000;
/** Finds a half-open connection; a missed signal costs at most this long. */
const PROBE_MS = 10_000;

/** Runs one SQL statement; a TypeORM manager or data source. */
export interface SqlRunner {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** Carries changes to every replica by PostgreSQL's LISTEN/NOTIFY, on a connection of its own. */
@Injectable()
export class SignalsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly subject = new Subject<Signal>();
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private probe: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  get all(): Observable<Signal> {
    return this.subject;
  }

  /** While false, nothing that a signal would correct may be cached. */
  isConnected(): boolean {
    return this.client !== undefined;
  }

  /** Part of the caller's transaction: delivered when it commits, not at all when it rolls back. */
  async send(runner: SqlRunner, signal: Exclude<Signal, { kind: 'resync' }>): Promise<void> {
    await runner.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify(signal)]);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.probe);
    const client = this.client;
    this.client = undefined;
    await client?.end();
    this.subject.complete();
  }

  private async connect(): Promise<void> {
    const client = new Client({ connectionString: this.settings.databaseUrl, keepAlive: true, query_timeout: 5_000 });
    client.on('notification', (message) => {
      this.receive(message.payload ?? '');
    });
    client.on('error', (error) => {
      this.lose(client, error);
    });
    client.on('end', () => {
      this.lose(client, new Error('connection ended'));
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.adopt(client);
    } catch (error) {
      this.logger.error({ err: error }, 'cannot listen for signals');
      this.retry();
    }
  }

  private adopt(client: Client): void {
    if (this.stopped) return void client.end();
    this.client = client;
    this.probe = setInterval(() => {
      client.query('SELECT 1').catch((error: unknown) => {
        this.lose(client, error);
      });
    }, PROBE_MS);
    this.probe.unref();
    this.subject.next({ kind: 'resync' });
  }

  private lose(client: Client, error: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    clearInterval(this.probe);
    this.logger.warn({ err: error }, 'signal line lost; reconnecting');
    client.end().catch((cause: unknown) => {
      this.logger.debug({ err: cause }, 'lost signal line did not close cleanly');
    });
    this.retry();
  }

  private retry(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.connect(), RECONNECT_MS);
    this.timer.unref();
  }

  private receive(payload: string): void {
    try {
      const signal = parseSignal(payload);
      if (signal) this.subject.next(signal);
    } catch (error) {
      this.logger.error({ err: error }, 'unreadable signal');
    }
  }
}
