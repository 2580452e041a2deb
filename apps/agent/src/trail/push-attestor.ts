import { attestPush, canonicalJson, isAttestable, type AuditEvent, type Signer } from '@holdshort/audit-events';
import type { AuditTrail } from '@holdshort/audit-publisher';
import { toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';

export interface AttestorParts {
  trail: Pick<AuditTrail, 'record' | 'unattestedPushes'>;
  logger: Logger;
  retryMs?: number;
}

/** A full spool takes nothing more until Kafka has taken something. */
const RETRY_MS = 5_000;
/**
 * Outcomes that wait for a key or for room, each a few KB. More than an agent sees before its key is certified, which
 * takes one call; beyond it the oldest goes without, and `holdshort audit reconcile` names it.
 */
const MAX_WAITING = 1000;

/**
 * Signs what the agent knows of each push that GitHub accepted, and puts it on the chain behind the push's outcome. The
 * answer to the client does not wait for it: the push has happened, and what a crash leaves unattested is found in the
 * spool at the next start.
 */
export class PushAttestor {
  private readonly waiting: AuditEvent[];
  private readonly timers = new Set<NodeJS.Timeout>();
  private key: Signer | undefined;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly parts: AttestorParts) {
    this.waiting = [...parts.trail.unattestedPushes];
  }

  /** A later key takes the place of an earlier one. */
  use(key: Signer): void {
    this.key = key;
    this.begin();
  }

  /** Any event may be given; those of accepted pushes are attested. */
  attest(event: AuditEvent): void {
    if (!isAttestable(event)) return;
    this.waiting.push(event);
    if (this.waiting.length > MAX_WAITING) {
      const left = this.waiting.shift();
      this.parts.logger.error({ event_id: left?.id }, 'a push stays without attestation: too many wait for a key');
    }
    this.begin();
  }

  /** Resolves when what can be attested now is on the chain. */
  async idle(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    await this.working;
  }

  private begin(): void {
    this.working = this.working.then(() => this.work());
  }

  private async work(): Promise<void> {
    const { key } = this;
    for (let event = this.waiting[0]; key && event; event = this.waiting[0]) {
      try {
        await this.attestNow(event, key);
      } catch (thrown) {
        if (this.isPassing(thrown, event)) return;
      }
      const place = this.waiting.indexOf(event);
      if (place !== -1) this.waiting.splice(place, 1);
    }
  }

  /** Only the spool can be mended; whatever else fails would fail again, and hold up those behind it. */
  private isPassing(thrown: unknown, { id }: AuditEvent): boolean {
    const { code } = toHoldshortError(thrown);
    const { logger } = this.parts;
    if (code !== 'audit_unavailable') {
      logger.error({ err: thrown, event_id: id }, 'a push stays without attestation');
      return false;
    }
    logger.warn({ code, event_id: id }, 'a push is not attested yet; will try again');
    this.later();
    return true;
  }

  /** Repeated as a whole after a failure: two attestations of one push are both true. */
  private async attestNow(event: AuditEvent, key: Signer): Promise<void> {
    const { session_id, human, ai, target, lease, correlation_id } = event;
    if (!target) return;
    for (const { envelope, refs } of await attestPush(event, key))
      await this.parts.trail.record({
        ...{ type: 'push.attested', phase: 'single', correlation_id, session_id, human, ai, target, lease },
        push: refs.map(({ ref, old, new: now, kind, result }) => ({
          ref,
          old,
          new: now,
          kind,
          ...(result === undefined ? {} : { result }),
        })),
        outcome: 'success',
        detail: { envelope: canonicalJson(envelope), event_id: event.id },
      });
  }

  private later(): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.begin();
    }, this.parts.retryMs ?? RETRY_MS);
    timer.unref();
    this.timers.add(timer);
  }
}
