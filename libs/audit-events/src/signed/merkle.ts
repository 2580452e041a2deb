import { createHash } from 'node:crypto';

const sha256 = (...parts: (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 6962, 2.1: a leaf and a node never have the same hash, so no node passes for a leaf. */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

const leafHash = (leaf: string): Buffer => sha256(LEAF, leaf);

/** The largest power of two below `count`. */
const splitOf = (count: number): number => 2 ** (Math.ceil(Math.log2(count)) - 1);

function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes;
  if (only === undefined) return sha256();
  if (hashes.length === 1) return only;
  const split = splitOf(hashes.length);
  return sha256(NODE, rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** The Merkle tree hash of RFC 6962, 2.1, lower-case hex. */
export const merkleRoot = (leaves: readonly string[]): string => rootOf(leaves.map(leafHash)).toString('hex');

/** The audit path of RFC 6962, 2.1.1 for the leaf at `index`: lower-case hex, from the leaf upwards. */
export function merkleProof(leaves: readonly string[], index: number): string[] {
  return pathOf(leaves.map(leafHash), index).map((hash) => hash.toString('hex'));
}

function pathOf(hashes: readonly Buffer[], index: number): Buffer[] {
  if (hashes.length <= 1) return [];
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return index < split ? [...pathOf(left, index), rootOf(right)] : [...pathOf(right, index - split), rootOf(left)];
}

/** Whether the leaf stands at `index` of the tree with `size` leaves and this root (RFC 9162, 2.1.3.2). */
export function isInTree(
  leaf: string,
  proof: readonly string[],
  place: { index: number; size: number; root: string },
): boolean {
  let [node, last] = [place.index, place.size - 1];
  let hash = leafHash(leaf);
  for (const sibling of proof.map((text) => Buffer.from(text, 'hex'))) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = sha256(NODE, sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else hash = sha256(NODE, hash, sibling);
    [node, last] = [node >> 1, last >> 1];
  }
  return last === 0 && hash.toString('hex') === place.root;
}
