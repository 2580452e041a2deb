import type { MaskedKind } from '../finding.js';
import type { MaskRules } from '../personal/mask-rules.js';
import type { Rule } from '../rule.js';
import { KeywordScan } from './keyword-scan.js';
import { NumberScan } from './number-scan.js';
import { OpenBlock } from './open-block.js';
import { ScanWindow } from './scan-window.js';

/** Takes what is found, as bytes [start, end) of all that was pushed. */
export interface SpanSink {
  match(rule: Pick<Rule<MaskedKind>, 'id' | 'precedence'>, start: number, end: number): void;
  /** More of the match before: a key that goes on. */
  extend(start: number, end: number): void;
  /** From here on nothing is read any more: it would cost too much. */
  giveUp(start: number): void;
}

/**
 * Finds where secrets and personal data stand in a text that arrives in parts of any size, by the rules and the engine of the
 * push scan, and says up to where nothing more will be found. Memory: one working buffer of 128 KB.
 */
export class SpanScan {
  private readonly scan: KeywordScan<MaskedKind>;
  private readonly numbers: NumberScan;
  private readonly blocks: OpenBlock[] = [];
  private readonly window = new ScanWindow();

  constructor(
    rules: MaskRules,
    private readonly sink: SpanSink,
  ) {
    this.scan = new KeywordScan(rules.set, (rule, { start, end }) => this.take(rule, start, end));
    this.numbers = new NumberScan(rules.numbers, (rule, start, end) => {
      this.sink.match(rule, this.window.dropped + start, this.window.dropped + end);
    });
  }

  /** Nothing that is found later begins before this byte. */
  get settled(): number {
    return this.window.dropped;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      at += this.window.take(chunk, at);
      if (this.window.isFull) this.advance();
    }
  }

  /** Judges all that was pushed as a text that ends here; what is pushed next is another one. */
  flush(): void {
    this.run(this.window.filled, this.window.length);
    this.blocks.length = 0;
    this.scan.restart();
    this.window.restart();
  }

  private advance(): void {
    this.run(this.window.bytes, this.window.judgeable);
    this.window.slide();
  }

  private run(bytes: Buffer, to: number): void {
    const { scanned, dropped } = this.window;
    if (!this.scan.exhausted) this.scan.run(bytes, scanned, to);
    if (this.scan.exhausted) this.sink.giveUp(dropped + scanned);
    this.numbers.run(bytes, scanned, to);
    this.follow(bytes, dropped + to);
  }

  /** Keys that are still open are followed as far as the rules have come, so that what is settled stays settled. */
  private follow(bytes: Buffer, to: number): void {
    for (const block of [...this.blocks]) {
      const from = block.end;
      const goesOn = block.follow(bytes, this.window.dropped, to);
      if (block.end > from) this.sink.extend(from, block.end);
      if (!goesOn) this.blocks.splice(this.blocks.indexOf(block), 1);
    }
  }

  private take(rule: Rule<MaskedKind>, start: number, end: number): boolean {
    const { dropped } = this.window;
    this.sink.match(rule, dropped + start, dropped + end);
    if (rule.block === true) this.blocks.push(new OpenBlock(dropped + end));
    return true;
  }
}
