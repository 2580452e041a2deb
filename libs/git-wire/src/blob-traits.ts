import { BINARY, LFS_POINTER } from './object-index.js';

/** As far as git looks for a NUL before it calls a file binary (xdiff-interface.c, FIRST_FEW_BYTES). */
export const HEAD_BYTES = 8000;
/** git-lfs reads nothing longer as a pointer (git-lfs spec, "The pointer"). */
const MOST_OF_POINTER = 1024;
const POINTER_HEAD = Buffer.from('version https://git-lfs.github.com/spec/v1\n');

/** What the beginning of a blob shows of it, as bits for the index of the pack. */
export function blobTraits(head: Buffer): number {
  const binary = head.subarray(0, HEAD_BYTES).includes(0) ? BINARY : 0;
  const pointer = head.subarray(0, POINTER_HEAD.length).equals(POINTER_HEAD) ? LFS_POINTER : 0;
  return head.length < MOST_OF_POINTER ? binary | pointer : binary;
}

export interface LfsPointer {
  /** SHA-256 of the object, hex. */
  oid: string;
  size: number;
}

/** The object that a blob stands for (git-lfs spec, "The pointer"); undefined for what git-lfs would not read as one. */
export function parseLfsPointer(content: Buffer): LfsPointer | undefined {
  if ((blobTraits(content) & LFS_POINTER) === 0) return undefined;
  const text = content.toString('utf8');
  const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = /^size (\d{1,15})$/m.exec(text)?.[1];
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}
