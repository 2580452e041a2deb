import { canonicalJson, type Checkpoint, type Signer } from '@holdshort/audit-events';
import type { AuditTrail } from '@holdshort/audit-publisher';
import { toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { openAuditKey, renewAuditKey, type AuditKeyOwner } from './audit-key.js';

export interface HeadSigning {
  owner: AuditKeyOwner;
  trail: AuditTrail;
  control: {
    certifyKey(publicKey: string, proof: string): Promise<string>;
    countersignHead(checkpoint: string): Promise<string>;
  };
  logger: Logger;
  /** Signs with the same key. */
  attestor: { use(key: Signer): void };
  retryMs?: number;
}

/** What the control plane could not be asked for is asked for again after this. */
const RETRY_MS = 5_000;

/**
 * Signs the heads of the agent's chain with a certified key, and has the newest of each chain countersigned. Nothing waits
 * for it: without the control plane the chain grows, and the next head covers what was not signed.
 */
export class SignedHeads {
  /** By chain; a newer head takes an older one's place. */
  private readonly waiting = new Map<string, Checkpoint>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private sending: Promise<void> = Promise.resolve();

  constructor(private readonly parts: HeadSigning) {}

  /** With the certified key of an earlier boot at once; else as soon as one is certified. */
  async start(): Promise<void> {
    const key = await openAuditKey(this.parts.owner);
    if (key) this.use(key);
    else void this.renew();
  }

  /** A new key, at enrolment and whenever the certificate is renewed; the old one signs until there is a new one. */
  async renew(): Promise<void> {
    const { owner, control, logger } = this.parts;
    try {
      this.use(await renewAuditKey(owner, (publicKey, proof) => control.certifyKey(publicKey, proof)));
    } catch (thrown) {
      logger.warn({ code: toHoldshortError(thrown).code }, 'the audit key is not certified yet; will try again');
      this.later(() => void this.renew());
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private use(key: Signer): void {
    this.parts.attestor.use(key);
    this.parts.trail.signCheckpoints(key, (checkpoint) => this.countersign(checkpoint));
  }

  /** Resolves when it was tried once. */
  private countersign(checkpoint: Checkpoint): Promise<void> {
    this.waiting.set(checkpoint.chain_id, checkpoint);
    this.sending = this.sending.then(() => this.sendWaiting());
    return this.sending;
  }

  private async sendWaiting(): Promise<void> {
    for (const [chainId, checkpoint] of [...this.waiting]) {
      if (!(await this.send(checkpoint))) {
        this.later(() => {
          this.sending = this.sending.then(() => this.sendWaiting());
        });
        return;
      }
      if (this.waiting.get(chainId) === checkpoint) this.waiting.delete(chainId);
    }
  }

  /** @returns whether there is an answer, be it a refusal */
  private async send(checkpoint: Checkpoint): Promise<boolean> {
    const { control, logger } = this.parts;
    try {
      await control.countersignHead(canonicalJson(checkpoint));
      return true;
    } catch (thrown) {
      const { code, message } = toHoldshortError(thrown);
      if (code === 'conflict') logger.error({ chain_id: checkpoint.chain_id, seq: checkpoint.seq }, message);
      else logger.warn({ code }, 'the head of the audit chain is not countersigned yet; will try again');
      return code === 'conflict';
    }
  }

  private later(work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, this.parts.retryMs ?? RETRY_MS);
    timer.unref();
    this.timers.add(timer);
  }
}
