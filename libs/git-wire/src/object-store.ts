import { createHash, hash } from 'node:crypto';
import { applyDelta, readDeltaHead } from './apply-delta.js';
import { ContentCache } from './content-cache.js';
import { unreadable } from './git-protocol-error.js';
import { blobTraits } from './blob-traits.js';
import { inflateExactly, StreamInflater } from './inflate-object.js';
import { OBJECT_TYPES } from './object-index.js';
import type { ObjectIndex } from './object-index.js';
import type { PackBudget } from './pack-limits.js';
import type { ScratchSpace } from './scratch-space.js';

const TYPE_NAMES = ['', 'commit', 'tree', 'blob', 'tag'];

/** Of the 32 MiB for caches. Commits and trees come first in git's packs and are read last: blobs must not push them out. */
const GRAPH_CACHE = 12 * 1024 * 1024;
const BLOB_CACHE = 20 * 1024 * 1024;
/** Up to here copying header and content together for the one-shot hash is cheaper than a hash object. */
const ONE_SHOT = 16 * 1024;

/** Contents are handed out and read again in pieces of about this many bytes. */
const PIECE = 64 * 1024;

/** Receives the contents of blobs, each once, before its id is known. */
export interface BlobSink {
  write(chunk: Buffer): void;
  /** Lower-case hex. */
  end(id: string): void;
}
export type OnBlob = (size: number) => BlobSink | undefined;

export interface StoreParts {
  index: ObjectIndex;
  scratch: ScratchSpace;
  budget: PackBudget;
  format: 'sha1' | 'sha256';
  onBlob?: OnBlob | undefined;
}

/** Contents of the objects of one pack: from the caches, or made again from the scratch space. */
export class ObjectStore {
  private readonly graph = new ContentCache(GRAPH_CACHE);
  private readonly blobs = new ContentCache(BLOB_CACHE);
  private readonly joint = Buffer.allocUnsafe(ONE_SHOT + 32);
  /** The last content made, so that a chain of objects too large for the caches is still followed link by link. */
  private last: { index: number; content: Buffer } | undefined;

  constructor(private readonly parts: StoreParts) {}

  /** Takes an object whose whole content is at hand. */
  settle(index: number, type: number, content: Buffer): void {
    if (type !== OBJECT_TYPES.blob) this.parts.budget.graphObject(content.length);
    const id = this.idOf(type, content);
    this.settleId(index, type, id);
    this.parts.index.describe(index, content.length, type === OBJECT_TYPES.blob ? blobTraits(content) : 0);
    this.keep(index, type, content);
    if (type === OBJECT_TYPES.blob && this.parts.onBlob !== undefined) {
      const sink = this.parts.onBlob(content.length);
      sink?.write(content);
      sink?.end(id.toString('hex'));
    }
  }

  settleId(index: number, type: number, id: Buffer): void {
    // git takes the first of two; a second one would let a collision be inspected as one thing and used as another.
    if (!this.parts.index.settle(index, type, id)) throw unreadable('it contains an object twice');
  }

  /** A running hash for the id of an object that is not held. */
  startId(type: number, size: number): ReturnType<typeof createHash> {
    return createHash(this.parts.format).update(`${TYPE_NAMES[type] ?? ''} ${size}\0`);
  }

  cached(index: number): Buffer | undefined {
    if (this.last?.index === index) return this.last.content;
    return this.graph.get(index) ?? this.blobs.get(index);
  }

  /**
   * The content of a settled object. Follows its chain of deltas down to what is cached, then up again: one base, one
   * delta and one result are in memory at a time. @throws GitProtocolError
   */
  content(index: number): Buffer {
    const chain: number[] = [];
    let at = index;
    let content = this.cached(at);
    while (content === undefined && this.parts.index.base(at) >= 0) {
      chain.push(at);
      at = this.parts.index.base(at);
      content = this.cached(at);
    }
    content ??= this.again(at, chain.length > 0);
    for (let link = chain.pop(); link !== undefined; link = chain.pop()) {
      content = this.apply(content, this.stored(link));
      this.parts.budget.respend(content.length);
      this.keep(link, this.parts.index.type(link), content);
    }
    return content;
  }

  /** The content of a settled object in pieces; one that is stored whole is never held whole. @throws GitProtocolError */
  async *chunks(index: number): AsyncGenerator<Buffer> {
    const whole = this.parts.index.base(index) >= 0 || this.parts.index.storedSize(index) <= PIECE;
    if (whole || this.cached(index) !== undefined) yield* pieces(this.content(index));
    else yield* this.inflated(index);
  }

  /** What is stored of an object: its content, or the delta. */
  stored(index: number): Buffer {
    const { start, end } = this.parts.index.extent(index);
    const size = this.parts.index.storedSize(index);
    const inflated = inflateExactly(this.parts.scratch.readSync(start, end - start), size);
    if (inflated === undefined) throw unreadable('the scratch space gives other bytes than it was given');
    return inflated.content;
  }

  apply(base: Buffer, delta: Buffer): Buffer {
    const { baseSize, resultSize } = readDeltaHead(delta);
    this.parts.budget.deltaObject(Math.max(baseSize, resultSize));
    return applyDelta(base, delta);
  }

  clear(): void {
    this.graph.clear();
    this.blobs.clear();
    this.last = undefined;
  }

  private async *inflated(index: number): AsyncGenerator<Buffer> {
    const { start, end } = this.parts.index.extent(index);
    const size = this.parts.index.storedSize(index);
    this.parts.budget.respend(size);
    const made: Buffer[] = [];
    const inflater = new StreamInflater(size, (chunk) => made.push(chunk));
    try {
      for (let at = start, complete = size === 0; !complete && at < end;) {
        const taken = await inflater.write(this.parts.scratch.readSync(at, Math.min(PIECE, end - at)));
        at += taken.consumed;
        complete = taken.complete || at >= end;
        yield* made.splice(0);
      }
    } finally {
      inflater.close();
    }
  }

  private again(index: number, asBase: boolean): Buffer {
    const size = this.parts.index.storedSize(index);
    if (asBase) this.parts.budget.deltaObject(size);
    this.parts.budget.respend(size);
    const content = this.stored(index);
    this.keep(index, this.parts.index.type(index), content);
    return content;
  }

  private keep(index: number, type: number, content: Buffer): void {
    (type === OBJECT_TYPES.blob ? this.blobs : this.graph).put(index, content);
    this.last = { index, content };
  }

  private idOf(type: number, content: Buffer): Buffer {
    if (content.length > ONE_SHOT) return this.startId(type, content.length).update(content).digest();
    const length = this.joint.write(`${TYPE_NAMES[type] ?? ''} ${content.length}\0`, 0, 'latin1');
    content.copy(this.joint, length);
    return hash(this.parts.format, this.joint.subarray(0, length + content.length), 'buffer');
  }
}

function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}
