import { createHash } from 'node:crypto';
import { parseCommit, parseTag, parseTree } from './git-objects.js';
import type { Commit, Tag, TreeEntry } from './git-objects.js';
import { BINARY, LFS_POINTER, OBJECT_TYPES } from './object-index.js';
import type { ObjectIndex } from './object-index.js';
import type { ObjectStore } from './object-store.js';

export type ObjectType = keyof typeof OBJECT_TYPES;
const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];

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
  /** Every object, in the order of the pack. */
  list(): Iterable<{ id: string; type: ObjectType }>;
  /** Place of an object in the pack, under which tables about objects are kept; -1 when it is not there. */
  key(id: string): number;
  idAt(key: number): string;
  /** Length of an object, inflated. @throws RangeError when it is not there */
  size(id: string): number;
  /** @throws RangeError when it is not there */
  traits(id: string): { binary: boolean; lfsPointer: boolean };
  /** Content of an object in pieces of at most 64 KiB. @throws RangeError when it is not there */
  chunks(id: string): AsyncGenerator<Buffer>;
  /** Frees the caches. */
  close(): void;
}

/** The whole content of an object; for such as are known to be small. @throws RangeError when it is not there */
export async function wholeContent(pack: Pick<PackContents, 'chunks'>, id: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of pack.chunks(id)) parts.push(part);
  return Buffer.concat(parts);
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
    return index < 0 ? undefined : this.typeAt(index);
  }

  *list(): Generator<{ id: string; type: ObjectType }> {
    for (let index = 0; index < this.index.count; index++) yield { id: this.idAt(index), type: this.typeAt(index) };
  }

  key(id: string): number {
    return this.find(id);
  }

  idAt(key: number): string {
    return this.index.ids.id(key).toString('hex');
  }

  size(id: string): number {
    return this.index.contentLength(this.existing(id));
  }

  traits(id: string): { binary: boolean; lfsPointer: boolean } {
    const index = this.existing(id);
    return { binary: this.index.hasTrait(index, BINARY), lfsPointer: this.index.hasTrait(index, LFS_POINTER) };
  }

  chunks(id: string): AsyncGenerator<Buffer> {
    return this.store.chunks(this.existing(id));
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
    for (let i = 0; i < this.index.count; i++) if (this.index.type(i) === OBJECT_TYPES.commit) yield this.idAt(i);
  }

  private content(id: string, type: number): Buffer | undefined {
    const index = this.find(id);
    return index < 0 || this.index.type(index) !== type ? undefined : this.store.content(index);
  }

  private typeAt(index: number): ObjectType {
    const type = TYPES[this.index.type(index)];
    if (type === undefined) throw new RangeError('an object of the pack has no type');
    return type;
  }

  private existing(id: string): number {
    const index = this.find(id);
    if (index < 0) throw new RangeError(`the pack holds no ${id}`);
    return index;
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
