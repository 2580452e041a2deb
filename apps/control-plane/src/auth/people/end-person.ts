import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { newId } from '../../random-id.js';
import { SessionsService } from '../../sessions/sessions.service.js';
import type { Person, PersonKey } from '../identity.js';
import { PeopleService } from './people.service.js';

const SESSION_END = 'the identity of its owner ended';

/** Somebody whom the provider no longer vouches for: first nothing of theirs works, then it is recorded, then sessions end. */
@Injectable()
export class EndPerson {
  constructor(
    private readonly database: DataSource,
    private readonly people: PeopleService,
    private readonly sessions: SessionsService,
    private readonly audit: ControlPlaneAudit,
  ) {}

  async end(person: Person, reason: string): Promise<void> {
    const correlationId = newId('cor');
    if (!(await this.people.end(person, reason))) return;
    await this.audit.record({
      type: 'auth.identity_ended',
      correlation_id: correlationId,
      human: person,
      outcome: 'success',
      detail: { reason },
    });
    await this.sessions.endAllOf(person, { reason: SESSION_END, correlationId });
  }

  /** What a replica that died between the steps of `end` left undone. */
  async finish(owners: readonly PersonKey[]): Promise<void> {
    const ended = await this.database.query<PersonKey[]>(
      `SELECT p.idp, p.sub FROM holdshort.people p
       JOIN unnest($1::text[], $2::text[]) AS k (idp, sub) ON k.idp = p.idp AND k.sub = p.sub
       WHERE p.ended_at IS NOT NULL`,
      [owners.map(({ idp }) => idp), owners.map(({ sub }) => sub)],
    );
    for (const person of ended)
      await this.sessions.endAllOf(person, { reason: SESSION_END, correlationId: newId('cor') });
  }
}
