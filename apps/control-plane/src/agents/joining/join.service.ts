import { Inject, Injectable } from '@nestjs/common';
import { toHoldshortError } from '@holdshort/errors';
import { RateLimits } from '../../access/rate-limits.js';
import { ControlPlaneAudit } from '../../audit/control-plane-audit.js';
import { SeenTokens } from '../../auth/seen-tokens.service.js';
import { JoinTokensService, type JoinToken } from '../join-tokens.service.js';
import { refuseJoin, type JoinEvidence, type JoinMethod, type ProvenJoin } from './join-method.js';
import { JOIN_WAYS } from './join-ways.js';

/** A fleet may start at once, but each join asks somebody else a question; more than this a second is an attack. */
const PER_SECOND = 20;

/** Exchanges evidence for a join token (ADR 1): the rest is the enrolment that there is. */
@Injectable()
export class JoinService {
  private readonly limits = new RateLimits(PER_SECOND * 60, () => performance.now(), PER_SECOND);

  constructor(
    private readonly seen: SeenTokens,
    private readonly tokens: JoinTokensService,
    private readonly audit: ControlPlaneAudit,
    @Inject(JOIN_WAYS) private readonly ways: readonly JoinMethod[],
  ) {}

  /** @throws HoldshortError `not_authorized` for evidence that does not hold, or came before; both are recorded */
  async join(evidence: JoinEvidence, correlationId: string): Promise<JoinToken> {
    this.limits.take('all joins');
    try {
      const proven = await this.prove(evidence);
      await this.takeOnce(proven);
      return await this.issue(evidence.method, proven, correlationId);
    } catch (error) {
      const { code, message } = toHoldshortError(error);
      await this.audit.record({
        type: 'agent.join_refused',
        correlation_id: correlationId,
        outcome: 'refused',
        error: { code, message },
        detail: { method: evidence.method },
      });
      throw error;
    }
  }

  private async prove(evidence: JoinEvidence): Promise<ProvenJoin> {
    const way = this.ways.find(({ name }) => name === evidence.method);
    const proven = await (way?.prove(evidence) ?? refuseJoin('No join rule is for this method.'));
    if (proven.workspace === '') return refuseJoin('The join rule gives the workspace no name.');
    return proven;
  }

  /** Of two that come at once, one is taken. */
  private async takeOnce({ fingerprint, goodUntil }: ProvenJoin): Promise<void> {
    if (!(await this.seen.isFirst('join evidence', fingerprint, goodUntil)))
      refuseJoin('This evidence has been used before.');
  }

  private async issue(
    method: string,
    { rule, subject, workspace }: ProvenJoin,
    correlationId: string,
  ): Promise<JoinToken> {
    this.audit.requireWritable();
    const token = await this.tokens.create(workspace, `join rule ${rule}`);
    await this.audit.record({
      type: 'agent.joined',
      correlation_id: correlationId,
      outcome: 'success',
      detail: { method, rule, subject: subject.slice(0, 300), workspace, join_token: token.id },
    });
    return token;
  }
}
