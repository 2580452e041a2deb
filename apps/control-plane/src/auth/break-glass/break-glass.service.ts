import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, type Clock } from '../../clock.js';
import { LOGGER } from '../../logger.js';
import { newId, sha256Hex } from '../../random-id.js';
import { AccessTokensService } from '../access-tokens.service.js';
import type { Person } from '../identity.js';
import { BREAK_GLASS_IDP } from './break-glass-idp.js';

interface Password {
  id: string;
  reason: string;
  created_by: string;
}

/** Long enough to give roles back to a group, short enough to be noticed. */
const SIGN_IN_SECONDS = 3_600;
/** The making of a password is recorded within this; its use, at once. */
const ANNOUNCE_MS = 2_000;

/** The way in when the identity provider, or the last administrator, is gone. Loud in the audit trail. */
@Injectable()
export class BreakGlass implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private announcing: Promise<void> | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly tokens: AccessTokensService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.announcing ??= this.announce()
        .catch((error: unknown) => {
          this.logger.error({ err: error }, 'cannot record a break-glass password');
        })
        .finally(() => {
          this.announcing = undefined;
        });
    }, ANNOUNCE_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.announcing;
  }

  /** @throws HoldshortError `not_authenticated` for a password that is unknown, used or expired */
  async signIn(password: string, correlationId: string): Promise<{ token: string; expiresAt: Date; person: Person }> {
    const used = await this.use(password);
    if (!used) {
      await this.audit.record({
        type: 'auth.refused',
        correlation_id: correlationId,
        outcome: 'refused',
        error: { code: 'not_authenticated', message: 'A break-glass password is unknown, used or expired.' },
        detail: { by: 'break_glass' },
      });
      throw new HoldshortError('not_authenticated', 'The password is unknown, was used or has expired.');
    }
    const person = personOf(used);
    await this.audit.record({
      type: 'auth.break_glass_used',
      correlation_id: correlationId,
      human: person,
      outcome: 'success',
      detail: { password_id: used.id, reason: used.reason, created_by: used.created_by },
    });
    this.logger.warn({ password_id: used.id, reason: used.reason }, 'break-glass sign-in');
    return { ...(await this.tokens.issue(person, { goodUntil: null }, SIGN_IN_SECONDS)), person };
  }

  /** Records passwords that were made on the host; each once, whichever replica finds it. */
  private async announce(): Promise<void> {
    await this.database.transaction(async (manager) => {
      const fresh = await manager.query<Password[]>(
        `SELECT id, reason, created_by FROM holdshort.break_glass_passwords WHERE announced_at IS NULL
         FOR UPDATE SKIP LOCKED`,
      );
      for (const { id, reason, created_by: createdBy } of fresh) {
        await this.audit.record({
          type: 'auth.break_glass_created',
          correlation_id: newId('cor'),
          outcome: 'success',
          detail: { password_id: id, reason, created_by: createdBy },
        });
        await manager.query('UPDATE holdshort.break_glass_passwords SET announced_at = $2 WHERE id = $1', [
          id,
          this.now(),
        ]);
      }
    });
  }

  private async use(password: string): Promise<Password | undefined> {
    const [row] = await this.database.query<Password[]>(
      `WITH used AS (UPDATE holdshort.break_glass_passwords SET used_at = $2
         WHERE password_sha256 = $1 AND used_at IS NULL AND expires_at > $2 RETURNING id, reason, created_by)
       SELECT * FROM used`,
      [sha256Hex(password), this.now()],
    );
    return row;
  }
}

const personOf = ({ id }: Password): Person => ({
  idp: BREAK_GLASS_IDP,
  sub: id,
  login: 'break-glass',
  email: '',
  groups: [],
});
