import { createHash } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { pageOf, readCursor, type Page } from '../page.js';
import { newId } from '../random-id.js';
import { SEALED_TEXT, type SealedText } from '../secrets/sealed-text.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { maskText } from './mask-text.js';
import { PromptKeepings } from './prompt-keepings.js';
import { PromptEntity } from './prompt.entity.js';

const SWEEP_MS = 60_000;
const DAY_SECONDS = 86_400;
/** The agent keeps no longer texts; more is a fault or an attack. */
const MAX_TEXT = 256 << 10;
const MAX_TEXTS = 4;

export interface KeptText {
  id: string;
  session_id: string;
  kind: string;
  sha256: string;
  keeping: string;
  model: string;
  occurred_at: string;
  text: string;
}

export interface PromptQuery {
  sessionId: string;
  sha256: string | undefined;
  cursor: string | undefined;
  limit: number;
}

/** Texts of prompts and answers: sealed when they come, opened for those who may, deleted when their time is over. */
@Injectable()
export class PromptsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly rows: Repository<PromptEntity>;
  private timer: NodeJS.Timeout | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly audit: ControlPlaneAudit,
    private readonly sessions: SessionsService,
    private readonly keepings: PromptKeepings,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(PromptEntity);
  }

  onApplicationBootstrap(): void {
    this.timer = every(
      SWEEP_MS,
      () => this.expire(),
      (error) => this.logger.error({ err: error }, 'cannot delete old prompts'),
    );
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @throws HoldshortError `session_unknown`, `session_ended`; `request_malformed` for a digest that is not the text's */
  async store(request: agentV1.StorePromptRequest, agentId: string): Promise<number> {
    const session = await this.sessions.requireLive(request.sessionId, agentId);
    const keeping = this.keepings.of(session.humanGroups, request.repository);
    if (keeping === 'off' || keeping === 'digest') return 0;
    request.texts.forEach(requireOwnDigest);
    let stored = 0;
    for (const text of request.texts.slice(0, MAX_TEXTS)) stored += await this.storeText(request, text, keeping);
    return stored;
  }

  private async storeText(
    { sessionId, correlationId, occurredAt, model }: agentV1.StorePromptRequest,
    { kind, sha256, text }: agentV1.PromptText,
    keeping: 'redacted' | 'full',
  ): Promise<number> {
    const kept = keeping === 'full' ? text : maskText(text);
    if (kept === undefined) return 0;
    const at = new Date(occurredAt);
    const time = Number.isNaN(at.getTime()) ? this.now() : at;
    const row = {
      ...{ id: newId('pmt'), sessionId, correlationId, kind: kind === 'answer' ? 'answer' : 'prompt', sha256, keeping },
      model: model.slice(0, 200),
      sealed: await this.sealed.seal(kept),
      occurredAt: time,
      expiresAt: secondsLater(this.now(), this.settings.promptDays * DAY_SECONDS),
    };
    const result = await this.rows.createQueryBuilder().insert().values(row).orIgnore().returning('id').execute();
    return (result.raw as unknown[]).length;
  }

  /** One event for each page, durable before anything is shown. @throws HoldshortError `audit_unavailable` */
  async read(caller: Identity, query: PromptQuery, correlationId: string): Promise<Page<KeptText>> {
    const rows = await this.select(query);
    const page = pageOf(rows, query.limit, ({ occurredAt, id }) => ({ at: occurredAt, id }));
    await this.audit.record({
      type: 'prompt.read',
      correlation_id: correlationId,
      human: caller,
      session_id: query.sessionId,
      outcome: 'success',
      detail: { texts: page.items.length, ...(query.sha256 === undefined ? {} : { sha256: query.sha256 }) },
    });
    return { items: await Promise.all(page.items.map((row) => this.opened(row))), next: page.next };
  }

  private select({ sessionId, sha256, cursor, limit }: PromptQuery): Promise<PromptEntity[]> {
    const after = readCursor(cursor);
    const select = this.rows
      .createQueryBuilder('p')
      .where('p.session_id = :sessionId AND p.expires_at > :now', { sessionId, now: this.now() })
      .orderBy('p.occurred_at')
      .addOrderBy('p.id')
      .limit(limit + 1);
    if (sha256 !== undefined) select.andWhere('p.sha256 = :sha256', { sha256 });
    if (after) select.andWhere('(p.occurred_at, p.id) > (:at, :id)', after);
    return select.getMany();
  }

  private async opened({
    id,
    sessionId,
    kind,
    sha256,
    keeping,
    model,
    occurredAt,
    sealed,
  }: PromptEntity): Promise<KeptText> {
    const text = await this.sealed.open(sealed);
    return { id, session_id: sessionId, kind, sha256, keeping, model, occurred_at: occurredAt.toISOString(), text };
  }

  /** Deletes what is over its time. The trail has digests only, and stays whole. */
  async expire(): Promise<void> {
    const { affected } = await this.rows
      .createQueryBuilder()
      .delete()
      .where('expires_at <= :now', { now: this.now() })
      .execute();
    if (!affected) return;
    await this.audit.record({
      type: 'prompt.expired',
      correlation_id: newId('cor'),
      outcome: 'success',
      detail: { texts: affected },
    });
  }
}

function requireOwnDigest({ sha256, text }: agentV1.PromptText): void {
  if (text.length <= MAX_TEXT && createHash('sha256').update(text).digest('hex') === sha256) return;
  throw new HoldshortError('request_malformed', 'A text is too long, or its digest is not its own.');
}
