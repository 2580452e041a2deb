import { linkOf, MAX_LINKS, type AuditEvent, type Checkpoint } from '@holdshort/audit-events';
import type { Frame } from './frame.js';
import type { SegmentHeader } from './segment-store.js';

/** The end of a chain of an earlier boot that was not signed: the process was killed, or had no key yet. */
export interface OpenTail {
  chainId: string;
  from: number;
  seq: number;
  hash: string;
  links: string[] | undefined;
}

interface Tail {
  /** JSON of the events after the last checkpoint; the last one only where there are too many. */
  events: Buffer[];
  complete: boolean;
}

/** Follows the records of a spool, in log order, and knows at the end which chains lack a signature over their end. */
export class OpenTails {
  private readonly tails = new Map<string, Tail>();
  private current = '';

  visit(frame: Frame): void {
    if (frame.kind === 'H') this.current = (JSON.parse(frame.json.toString('utf8')) as SegmentHeader).chain_id;
    else if (frame.kind === 'K') this.cover(JSON.parse(frame.json.toString('utf8')) as Checkpoint);
    else if (frame.kind !== 'C') this.extend(frame.json);
  }

  /** @param agentId whose key there is: a chain of another identity in the same folder cannot be signed any more */
  of(agentId: string): OpenTail[] {
    return [...this.tails.values()].flatMap((tail) => {
      const events = tail.events.map((json) => JSON.parse(json.toString('utf8')) as AuditEvent);
      const [first, last] = [events[0], events.at(-1)];
      if (!first || !last || last.agent.id !== agentId) return [];
      const links = tail.complete ? events.map(({ hash }) => linkOf(hash)) : undefined;
      return [{ chainId: last.chain_id, from: first.seq, seq: last.seq, hash: last.hash, links }];
    });
  }

  private extend(json: Buffer): void {
    const tail = this.tails.get(this.current) ?? { events: [], complete: true };
    this.tails.set(this.current, tail);
    if (tail.events.length >= MAX_LINKS) {
      tail.events = [];
      tail.complete = false;
    }
    // copied: the reader's buffer would otherwise be held as a whole
    const kept = Buffer.from(json);
    if (tail.complete) tail.events.push(kept);
    else tail.events = [kept];
  }

  /** Events that were committed while the checkpoint was made stand before it in the log and are not covered by it. */
  private cover({ chain_id: chainId, seq, final }: Checkpoint): void {
    const tail = this.tails.get(chainId);
    if (!tail) return;
    if (final) this.tails.delete(chainId);
    else if (tail.complete) tail.events.splice(0, tail.events.findLastIndex((json) => seqOf(json) <= seq) + 1);
  }
}

const seqOf = (json: Buffer): number => (JSON.parse(json.toString('utf8')) as AuditEvent).seq;
