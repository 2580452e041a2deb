import {
  canonicalJson,
  linkOf,
  MAX_LINKS,
  signStatement,
  type Checkpoint,
  type SealedEvent,
  type Signer,
} from '@holdshort/audit-events';
import type { OpenTail } from './open-tails.js';

const EVERY_EVENTS = 256;
/** Of the 5 s that a stop may take. */
const TELL_MS = 2000;

export interface CheckpointerOptions {
  tenant: string;
  agentId: string;
  /** Makes the checkpoint durable; it rides on a commit of events. */
  write: (json: string) => Promise<void>;
  clock: () => Date;
  everyMs: number;
  /** Chains of earlier boots that ended without a signature over their last record. */
  openTails: readonly OpenTail[];
  onError: (error: unknown) => void;
}

export type OnSigned = (checkpoint: Checkpoint) => void | Promise<void>;

/** A stretch of one chain that no checkpoint covers yet. */
interface Stretch {
  chainId: string;
  from: number;
  seq: number;
  hash: string;
  /** Hex, one after the other; undefined where there were too many. */
  links: string[] | undefined;
}

/**
 * Signs the head of the chain after 256 events or 10 s, and at its end. Beside the commits, never in them: a signature is
 * made on another thread, and what could not be signed or written is covered by the next checkpoint.
 */
export class Checkpointer {
  private stretch: Stretch | undefined;
  /** The last record of the chain that is signed. */
  private covered: Stretch | undefined;
  private signer: Signer | undefined;
  private onSigned: OnSigned = () => undefined;
  private told: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private busy = false;
  private finishing = false;
  private tails: OpenTail[];

  constructor(private readonly options: CheckpointerOptions) {
    this.tails = [...options.openTails];
  }

  /** Only with a certified key: until there is one, the stretch grows. */
  use(signer: Signer, onSigned: OnSigned): void {
    this.signer = signer;
    this.onSigned = onSigned;
    this.sign();
  }

  /** These events have become durable. */
  note(events: readonly SealedEvent[]): void {
    for (const event of events) this.extend(event);
    if (!this.stretch) return;
    if (this.stretch.seq - this.stretch.from + 1 >= EVERY_EVENTS) this.sign();
    else this.plan();
  }

  /** Signs the end of the chain; resolves when that is durable, or cannot be. */
  async finish(): Promise<void> {
    this.finishing = true;
    clearTimeout(this.timer);
    await this.underWay;
    await this.signTails();
    await this.signEnd();
    await Promise.race([this.told, new Promise((resolve) => setTimeout(resolve, TELL_MS).unref())]);
    clearTimeout(this.timer);
  }

  private extend({ chainId, seq, hash }: SealedEvent): void {
    const stretch = (this.stretch ??= { chainId, from: seq, seq, hash, links: [] });
    stretch.seq = seq;
    stretch.hash = hash;
    if (stretch.links && stretch.links.length < MAX_LINKS) stretch.links.push(linkOf(hash));
    else stretch.links = undefined;
  }

  private plan(): void {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.sign();
    }, this.options.everyMs);
    this.timer.unref();
  }

  /** One at a time; what comes meanwhile goes into the next, or is the end of the chain. */
  private sign(): void {
    if (this.busy || this.finishing || !this.signer) return;
    this.busy = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.underWay = this.signNow().then((isSigned) => {
      this.busy = false;
      if (isSigned) this.note([]);
      else this.plan();
    });
  }

  private async signNow(): Promise<boolean> {
    await this.signTails();
    const { stretch } = this;
    if (!stretch) return true;
    this.stretch = undefined;
    const isSigned = await this.attempt(stretch, false);
    if (isSigned) this.covered = { ...stretch, from: stretch.seq, links: [linkOf(stretch.hash)] };
    else this.giveBack(stretch);
    return isSigned;
  }

  /** An event that becomes durable while the end is being signed moves it; a last word over less would call it forged. */
  private async signEnd(): Promise<void> {
    for (let hasMoved = true; hasMoved;) {
      const end = this.stretch ?? this.covered;
      if (!end) return;
      const signed = { ...end, ...(end.links ? { links: [...end.links] } : {}) };
      const isEnd = (): boolean => (this.stretch ?? this.covered)?.seq === signed.seq;
      await this.attempt(signed, true, isEnd);
      hasMoved = !isEnd();
    }
  }

  private async signTails(): Promise<void> {
    const kept: OpenTail[] = [];
    for (const tail of this.tails) if (!(await this.attempt(tail, true))) kept.push(tail);
    this.tails = kept;
  }

  /** @param isTrue asked once more when it is signed: what is not true any more is not written */
  private async attempt(stretch: Stretch, final: boolean, isTrue = (): boolean => true): Promise<boolean> {
    if (!this.signer) return false;
    try {
      const checkpoint = await signStatement(this.statement(stretch, final), this.signer);
      if (!isTrue()) return false;
      await this.options.write(canonicalJson(checkpoint));
      this.tell(checkpoint);
      return true;
    } catch (error) {
      this.options.onError(error);
      return false;
    }
  }

  /** In order, and beside what goes on here; `finish` waits for the last one. */
  private tell(checkpoint: Checkpoint): void {
    this.told = this.told.then(() => this.onSigned(checkpoint)).catch(this.options.onError);
  }

  private statement({ chainId, from, seq, hash, links }: Stretch, final: boolean) {
    const { tenant, agentId, clock } = this.options;
    return {
      ...{ typ: 'checkpoint' as const, v: 1 as const, tenant, agent_id: agentId, chain_id: chainId },
      ...{ from, seq, hash, time: clock().toISOString(), final },
      ...(links ? { links: Buffer.from(links.join(''), 'hex').toString('base64url') } : {}),
    };
  }

  /** What could not be signed stands before what came meanwhile. */
  private giveBack(earlier: Stretch): void {
    const later = this.stretch;
    if (!later) {
      this.stretch = earlier;
      return;
    }
    const links = earlier.links && later.links ? [...earlier.links, ...later.links] : undefined;
    this.stretch = { ...later, from: earlier.from, links: links && links.length <= MAX_LINKS ? links : undefined };
  }
}
