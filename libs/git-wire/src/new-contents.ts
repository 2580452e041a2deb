import { parseLfsPointer } from './blob-traits.js';
import type { LfsPointer } from './blob-traits.js';
import type { ContentPaths } from './content-paths.js';
import type { PackContents } from './pack-contents.js';

/** One object that a push brings, to be read by a scanner. */
export interface NewContent {
  kind: 'blob' | 'commit' | 'tag';
  id: string;
  /** Of blobs: every path at which a commit of the push has it, sorted; empty when no ref of the push reaches it. */
  paths: string[];
  /** False when the push has too many paths to remember all of them: any path must then be assumed. */
  pathsComplete: boolean;
  /** Commits of the push that bring it, the oldest first as far as parents tell; of a commit itself. */
  commits: string[];
  /** Bytes. */
  size: number;
  /** git would call it binary: a NUL in its first 8,000 bytes. */
  binary: boolean;
  /** The content stands for an object of Git LFS. */
  lfs?: LfsPointer;
  /** The content in pieces of at most 64 KiB; commits and tags with their headers. May be left before its end. */
  chunks: AsyncIterable<Buffer>;
}

/**
 * Every blob, commit and tag of a pack, once each and in the order of the pack, whether a ref of the push reaches it or
 * not: GitHub keeps what it is sent. Costs what the pack weighs. Memory: one piece; an object that is a delta, or the
 * base of one, is held whole (`deltaObjectBytes`). The scratch space must still be readable.
 *
 * @param paths as filled by `summarisePush`
 * @throws GitProtocolError
 */
export async function* newContents(pack: PackContents, paths: ContentPaths): AsyncGenerator<NewContent> {
  for (const { id, type } of pack.list()) {
    if (type === 'tree') continue;
    yield type === 'blob' ? await newBlob(pack, paths, id) : message(pack, id, type);
  }
}

async function newBlob(pack: PackContents, known: ContentPaths, id: string): Promise<NewContent> {
  const { paths, commits, complete } = known.of(id);
  const { binary, lfsPointer } = pack.traits(id);
  const lfs = lfsPointer ? parseLfsPointer(await whole(pack.chunks(id))) : undefined;
  return {
    ...{ kind: 'blob', id, paths, pathsComplete: complete, commits, size: pack.size(id), binary },
    ...(lfs === undefined ? {} : { lfs }),
    chunks: pack.chunks(id),
  };
}

function message(pack: PackContents, id: string, kind: 'commit' | 'tag'): NewContent {
  const commits = kind === 'commit' ? [id] : [];
  const size = pack.size(id);
  return { kind, id, paths: [], pathsComplete: true, commits, size, binary: false, chunks: pack.chunks(id) };
}

async function whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
