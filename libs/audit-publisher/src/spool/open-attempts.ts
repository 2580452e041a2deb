import { open } from 'node:fs/promises';
import { FRAME_OVERHEAD, type FrameKind } from './frame.js';

interface Place {
  segment: number;
  start: number;
  end: number;
}

/** Where each attempt that still waits for its outcome lies. Memory: one entry per call under way. */
export class OpenAttempts {
  private readonly places = new Map<string, Place>();

  /** Follows one record of the log, in log order. */
  note(kind: FrameKind, correlationId: string, place: Place): void {
    if (kind === 'A' || kind === 'C') this.places.set(correlationId, place);
    else if (kind === 'O') this.places.delete(correlationId);
  }

  has(correlationId: string): boolean {
    return this.places.has(correlationId);
  }

  get size(): number {
    return this.places.size;
  }

  inSegment(segment: number): string[] {
    return [...this.places].filter(([, place]) => place.segment === segment).map(([id]) => id);
  }

  /** How much of a segment open attempts take up, in bytes. */
  bytesIn(segment: number): number {
    let bytes = 0;
    for (const place of this.places.values()) if (place.segment === segment) bytes += place.end - place.start;
    return bytes;
  }

  /** The attempt's JSON, read back from its segment. */
  async read(correlationId: string, pathOf: (segment: number) => string): Promise<Buffer> {
    const place = this.places.get(correlationId);
    if (!place) throw new Error('the attempt is not open');
    const handle = await open(pathOf(place.segment), 'r');
    try {
      const from = place.start + FRAME_OVERHEAD + 1;
      const json = Buffer.alloc(place.end - from);
      await handle.read(json, 0, json.length, from);
      return json;
    } finally {
      await handle.close();
    }
  }

  correlationIds(): string[] {
    return [...this.places.keys()];
  }
}
