import { SpanScan, type MaskRules } from '@holdshort/secret-scan';
import type { SpanList } from '../span-list.js';
import { Channel } from './channel.js';
import { deltasOf } from './delta-strings.js';

/** Events that wait for the end of a token, in bytes; beyond this they wait no longer. */
const WAITING_MOST = 64 * 1024;
/** Texts that are open at once; an answer has a few. */
const CHANNELS_MOST = 64;

/**
 * Finds secrets that a model sends in several events, a few characters each. An event waits, with all behind it, while one of
 * its texts ends within what may be a token: until a blank, a quote, another kind of event, or 4,096 characters.
 */
export class DeltaJoin {
  private readonly channels = new Map<string, Channel>();
  private readonly waiting: Buffer[] = [];
  private bytes = 0;
  private readonly scan: SpanScan;

  constructor(
    rules: MaskRules,
    private readonly found: SpanList,
  ) {
    this.scan = new SpanScan(rules, found);
  }

  /** Takes a whole event; answers the events that can go. */
  push(event: Buffer): Buffer[] {
    const { deltas, isPause } = deltasOf(event);
    if (deltas.length === 0 && !isPause) this.finish();
    const own = deltas.length > 0 ? Buffer.from(event) : event;
    for (const delta of deltas) this.channel(delta.channel).add(delta, own);
    this.waiting.push(own);
    this.bytes += own.length;
    if (this.bytes > WAITING_MOST) this.finish();
    return this.ready();
  }

  /** All that waited. */
  end(): Buffer[] {
    this.finish();
    return this.ready();
  }

  private channel(name: string): Channel {
    const known = this.channels.get(name);
    if (known) return known;
    if (this.channels.size === CHANNELS_MOST) this.finish();
    const channel = new Channel(this.scan, this.found);
    this.channels.set(name, channel);
    return channel;
  }

  private finish(): void {
    for (const channel of this.channels.values()) channel.finish();
    if (this.channels.size >= CHANNELS_MOST) this.channels.clear();
  }

  private ready(): Buffer[] {
    const ready: Buffer[] = [];
    for (let event = this.waiting[0]; event && this.isJudged(event); event = this.waiting[0]) {
      ready.push(event);
      this.bytes -= event.length;
      this.waiting.shift();
    }
    return ready;
  }

  private isJudged(event: Buffer): boolean {
    for (const channel of this.channels.values()) if (!channel.isJudged(event)) return false;
    return true;
  }
}
