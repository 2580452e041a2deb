import { createHash } from 'node:crypto';
import { parseCommit, parseTag, parseTree } from './git-objects.js';
import type { Commit, Tag, TreeEntry } from './git-objects.js';
import { OBJECT_TYPES } from './object-index.js';
import type { ObjectIndex } from './object-index.js';
import type { ObjectStore } from './object-store.js';

export type ObjectType = keyof typeof OBJECT_TYPES;

/** A pack that was read completely; the scratch space must stay readable while it is used. */
export interface PackContents {
  /** Number of objects. */
  objects: number;
  /** Length of the pack, its checksum included. */
  bytes: number;
  /** The pack's own checksum, hex: SHA-1 or SHA-256 by object format. */
  checksum: string;
  /** SHA-256 of the pack, hex. */
  sha256: string;
  /** SHA-256 over the sorted object ids (hex, each with a line feed), hex: the same for every packing of the same objects. */
  contentDigest: string;
  has(id: string): boolean;
  type(id: string): ObjectType | undefined;
  /** undefined when the pack holds no commit of this id. @throws GitProtocolError `push_unreadable` for a malformed one */
  commit(id: string): Commit | undefined;
  tree(id: string): TreeEntry[] | undefined;
  tag(id: string): Tag | undefined;
  commitIds: Iterable<string>;
  /** Frees the caches. */
  close(): void;
}

export interface PackDigests {
  bytes: number;
  checksum: string;
  sha256: string;
}

export class ReadPack implements PackContents {
  readonly objects: number;
  readonly bytes: number;
  readonly checksum: string;
  readonly sha256: string;
  readonly contentDigest: string;

  constructor(
    private readonly index: ObjectIndex,
    private readonly store: ObjectStore,
    digests: PackDigests,
  ) {
    this.objects = index.count;
    this.bytes = digests.bytes;
    this.checksum = digests.checksum;
    this.sha256 = digests.sha256;
    this.contentDigest = contentDigest(index);
  }

  has(id: string): boolean {
    return this.find(id) >= 0;
  }

  type(id: string): ObjectType | undefined {
    const index = this.find(id);
    const number = index < 0 ? 0 : this.index.type(index);
    return (Object.keys(OBJECT_TYPES) as ObjectType[]).find((name) => OBJECT_TYPES[name] === number);
  }

  commit(id: string): Commit | undefined {
    const content = this.content(id, OBJECT_TYPES.commit);
    return content === undefined ? undefined : parseCommit(content);
  }

  tree(id: string): TreeEntry[] | undefined {
    const content = this.content(id, OBJECT_TYPES.tree);
    return content === undefined ? undefined : parseTree(content, this.index.ids.idLength);
  }

  tag(id: string): Tag | undefined {
    const content = this.content(id, OBJECT_TYPES.tag);
    return content === undefined ? undefined : parseTag(content);
  }

  get commitIds(): Iterable<string> {
    return this.commits();
  }

  close(): void {
    this.store.clear();
  }

  private *commits(): Generator<string> {
    for (let i = 0; i < this.index.count; i++)
      if (this.index.type(i) === OBJECT_TYPES.commit) yield this.index.ids.id(i).toString('hex');
  }

  private content(id: string, type: number): Buffer | undefined {
    const index = this.find(id);
    return index < 0 || this.index.type(index) !== type ? undefined : this.store.content(index);
  }

  private find(id: string): number {
    const bytes = Buffer.from(id, 'hex');
    return bytes.length === this.index.ids.idLength ? this.index.ids.find(bytes) : -1;
  }
}

function contentDigest(index: ObjectIndex): string {
  const digest = createHash('sha256');
  let lines = '';
  for (const key of index.ids.sortedKeys()) {
    lines += `${index.ids.id(key).toString('hex')}\n`;
    if (lines.length < 65_536) continue;
    digest.update(lines);
    lines = '';
  }
  return digest.update(lines).digest('hex');
}
