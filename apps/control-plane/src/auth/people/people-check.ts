import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import type { JWTPayload } from 'jose';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { LOGGER } from '../../logger.js';
import { newId } from '../../random-id.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import type { Person, PersonKey } from '../identity.js';
import type { OidcClient, Renewal } from '../oidc-client.js';
import { OidcIssuers } from '../oidc-issuers.js';
import { personOfClaims } from '../person-of-claims.js';
import { SEALED_TEXT, type SealedText } from '../../secrets/sealed-text.js';
import { EndPerson } from './end-person.js';
import { PeopleService } from './people.service.js';

/** Together with the check's own interval of 20 s a disabled person is found within half a minute. */
const SWEEP_MS = 5_000;
/** People per sweep and replica, and questions to one provider at a time. */
const SWEEP_LIMIT = 400;
const PARALLEL = 8;

interface Due extends Person {
  sealed_refresh_token: string | null;
  good_until: Date;
}

/** Asks the identity providers again about everybody who is at work. */
@Injectable()
export class PeopleCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly issuers: OidcIssuers,
    private readonly people: PeopleService,
    private readonly endPerson: EndPerson,
    private readonly sessions: SessionsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SEALED_TEXT) private readonly sealed: SealedText,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep()
        .catch((error: unknown) => {
          this.logger.error({ err: error }, 'cannot check the people at work');
        })
        .finally(() => {
          this.sweeping = undefined;
        });
    }, SWEEP_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  /** Whether the last check is so old that the next use of a sign-in waits for a new one. */
  isDue(checkedAt: Date): boolean {
    return checkedAt <= this.dueSince();
  }

  /** Checks one person, unless another replica has just begun to. */
  async freshen(key: PersonKey): Promise<void> {
    for (const person of await this.claim([key])) await this.check(person);
  }

  /** Checks everybody with a live session whose check is due; replicas share the work by the rows that they lock. */
  async sweep(): Promise<void> {
    const owners = await this.sessions.ownersAtWork();
    await this.endPerson.finish(owners);
    const due = await this.claim(owners);
    const next = due.values();
    const work = async (): Promise<void> => {
      for (const person of next) await this.check(person);
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  private dueSince(): Date {
    return secondsLater(this.now(), -this.settings.identityCheckSeconds);
  }

  private claim(keys: readonly PersonKey[]): Promise<Due[]> {
    return this.database.query<Due[]>(
      `WITH due AS (
         SELECT p.idp, p.sub FROM holdshort.people p
         JOIN unnest($1::text[], $2::text[]) AS k (idp, sub) ON k.idp = p.idp AND k.sub = p.sub
         WHERE p.ended_at IS NULL AND p.checked_at <= $3 AND p.good_until IS NOT NULL
           AND (p.sealed_refresh_token IS NOT NULL OR p.good_until <= $4)
         ORDER BY p.checked_at LIMIT ${String(SWEEP_LIMIT)} FOR UPDATE OF p SKIP LOCKED),
       claimed AS (
         UPDATE holdshort.people p SET checked_at = $4 FROM due WHERE p.idp = due.idp AND p.sub = due.sub
         RETURNING p.idp, p.sub, p.login, p.email, p.groups, p.sealed_refresh_token, p.good_until)
       SELECT * FROM claimed`,
      [keys.map(({ idp }) => idp), keys.map(({ sub }) => sub), this.dueSince(), this.now()],
    );
  }

  private async check(person: Due): Promise<void> {
    const client = this.issuers.byUrl(person.idp);
    if (!client) return this.endPerson.end(person, 'the identity provider is no longer configured');
    const renewal = await this.ask(client, person);
    if (renewal?.state === 'gone') return this.endPerson.end(person, `the identity provider says ${renewal.error}`);
    if (renewal) return this.note(client, person, renewal);
    if (person.good_until <= this.now())
      await this.endPerson.end(person, 'the identity provider has not vouched for the person for too long');
  }

  /** @returns undefined where the provider gave no answer that counts */
  private async ask(client: OidcClient, person: Due): Promise<Renewal | undefined> {
    if (person.sealed_refresh_token === null) return undefined;
    try {
      return await client.renew(await this.sealed.open(person.sealed_refresh_token), person.sub);
    } catch (error) {
      this.logger.warn({ err: error, idp: person.idp }, 'cannot ask the identity provider about a person');
      return undefined;
    }
  }

  private async note(
    client: OidcClient,
    before: Due,
    { claims, refreshToken }: Renewal & { state: 'good' },
  ): Promise<void> {
    const person = personNow(client, before, claims);
    const goodUntil = secondsLater(this.now(), this.settings.identityGraceSeconds);
    const changed = await this.database.transaction((manager) =>
      this.people.renew(manager, person, { refreshToken, goodUntil }),
    );
    if (!changed) return;
    await this.audit.record({
      type: 'auth.groups_changed',
      correlation_id: newId('cor'),
      human: person,
      outcome: 'success',
      detail: { before: before.groups.join(' '), after: person.groups.join(' ') },
    });
  }
}

/** Without a new id_token the provider says only that the person is still there. */
function personNow(client: OidcClient, before: Person, claims: JWTPayload | undefined): Person {
  if (claims) return personOfClaims(claims, client.issuer);
  const { idp, sub, login, email, groups } = before;
  return { idp, sub, login, email, groups };
}
