import type { MaskedKind } from '../finding.js';
import type { MaskRules } from '../personal/mask-rules.js';
import { BYTES_AFTER, BYTES_BEFORE, type Rule } from '../rule.js';
import { KeywordScan } from './keyword-scan.js';
import { NumberScan } from './number-scan.js';
import { OpenBlock } from './open-block.js';

/** Takes what is found, as bytes [start, end) of all that was pushed. */
export interface SpanSink {
  match(rule: Pick<Rule<MaskedKind>, 'id' | 'precedence'>, start: number, end: number): void;
  /** More of the match before: a key that goes on. */
  extend(start: number, end: number): void;
  /** From here on nothing is read any more: it would cost too much. */
  giveUp(start: number): void;
}

/** Room for new bytes beside the bytes that rules may still read; as in `view-scan.ts`. */
const CAPACITY = 128 * 1024;
const KEYWORD_MOST = 64;
const BEHIND = BYTES_BEFORE + KEYWORD_MOST;

/**
 * Finds where secrets and personal data stand in a text that arrives in parts of any size, by the rules and the engine of the
 * push scan, and says up to where nothing more will be found. Memory: one working buffer of 128 KB.
 */
export class SpanScan {
  private readonly scan: KeywordScan<MaskedKind>;
  private readonly numbers: NumberScan;
  private readonly blocks: OpenBlock[] = [];
  private buffer = Buffer.alloc(0);
  private length = 0;
  private scanned = 0;
  private dropped = 0;

  constructor(
    rules: MaskRules,
    private readonly sink: SpanSink,
  ) {
    this.scan = new KeywordScan(rules.set, (rule, { start, end }) => this.take(rule, start, end));
    this.numbers = new NumberScan(rules.numbers, (rule, start, end) => {
      this.sink.match(rule, this.dropped + start, this.dropped + end);
    });
  }

  /** Nothing that is found later begins before this byte. */
  get settled(): number {
    return this.dropped;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.buffer.length === 0) this.buffer = Buffer.allocUnsafe(CAPACITY);
      const count = Math.min(chunk.length - at, CAPACITY - this.length);
      this.buffer.set(count === chunk.length ? chunk : chunk.subarray(at, at + count), this.length);
      this.length += count;
      at += count;
      if (this.length === CAPACITY) this.advance();
    }
  }

  /** Judges all that was pushed as a text that ends here; what is pushed next is another one. */
  flush(): void {
    this.run(this.buffer.subarray(0, this.length), this.length);
    this.blocks.length = 0;
    this.scan.restart();
    this.dropped += this.length;
    this.length = 0;
    this.scanned = 0;
  }

  private advance(): void {
    const to = this.length - BYTES_AFTER;
    this.run(this.buffer, to);
    const drop = to - BEHIND;
    this.buffer.copyWithin(0, drop, this.length);
    this.dropped += drop;
    this.length -= drop;
    this.scanned = BEHIND;
  }

  private run(bytes: Buffer, to: number): void {
    if (!this.scan.exhausted) this.scan.run(bytes, this.scanned, to);
    if (this.scan.exhausted) this.sink.giveUp(this.dropped + this.scanned);
    this.numbers.run(bytes, this.scanned, to);
    this.follow(bytes, this.dropped + to);
  }

  /** Keys that are still open are followed as far as the rules have come, so that what is settled stays settled. */
  private follow(bytes: Buffer, to: number): void {
    for (const block of [...this.blocks]) {
      const from = block.end;
      const goesOn = block.follow(bytes, this.dropped, to);
      if (block.end > from) this.sink.extend(from, block.end);
      if (!goesOn) this.blocks.splice(this.blocks.indexOf(block), 1);
    }
  }

  private take(rule: Rule<MaskedKind>, start: number, end: number): boolean {
    this.sink.match(rule, this.dropped + start, this.dropped + end);
    if (rule.block === true) this.blocks.push(new OpenBlock(this.dropped + end));
    return true;
  }
}
