import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { DeviceFlowError } from '../problem/problem.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import type { Person } from './identity.js';
import type { OidcClient, Vouched } from './oidc-client.js';
import type { Word } from './people/people.service.js';
import { personOfClaims } from './person-of-claims.js';

/** Somebody at the door. */
export interface Arrival {
  client: OidcClient;
  by: 'device' | 'browser';
  correlationId: string;
}

/** A person who has proved who they are, and what the provider gave with them. */
export interface Admitted {
  person: Person;
  word: Word;
}

/** What every sign-in has in common: its end is recorded, whether it is let in or refused. */
@Injectable()
export class AdmitPerson {
  constructor(
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError what `prove` throws, after it was recorded where it is a refusal */
  async admit(arrival: Arrival, prove: () => Promise<Vouched>): Promise<Admitted & { vouched: Vouched }> {
    const { vouched, person } = await this.proven(arrival, prove);
    await this.audit.record({
      type: 'auth.login',
      correlation_id: arrival.correlationId,
      human: person,
      outcome: 'success',
      detail: { by: arrival.by, issuer: arrival.client.issuer.name },
    });
    const goodUntil = secondsLater(this.now(), this.settings.identityGraceSeconds);
    return { vouched, person, word: { refreshToken: vouched.refreshToken, goodUntil } };
  }

  private async proven(arrival: Arrival, prove: () => Promise<Vouched>): Promise<{ vouched: Vouched; person: Person }> {
    try {
      const vouched = await prove();
      return { vouched, person: personOfClaims(vouched.claims, arrival.client.issuer) };
    } catch (error) {
      if (error instanceof HoldshortError && isRefusal(error)) await this.refused(arrival, error);
      throw error;
    }
  }

  private async refused({ by, client, correlationId }: Arrival, { code, message }: HoldshortError): Promise<void> {
    await this.audit.record({
      type: 'auth.refused',
      correlation_id: correlationId,
      outcome: 'refused',
      error: { code, message },
      detail: { by, issuer: client.issuer.name },
    });
  }
}

const isRefusal = (error: HoldshortError): boolean =>
  error instanceof DeviceFlowError
    ? error.error === 'access_denied'
    : ['not_authenticated', 'not_authorized'].includes(error.code);
