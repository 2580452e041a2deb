/**
 * Where the bytes of a pack lie while it is read, so that memory need not hold them: the agent's spool file, which is
 * also what it forwards. The reader appends every byte of the pack once, in order, and reads back at random.
 */
export interface ScratchSpace {
  append(chunk: Buffer): Promise<void>;
  /**
   * Exactly `length` bytes at `offset`, all of them appended before. Synchronous: delta chains are followed in one go,
   * and what was just written is in the page cache. @throws when fewer bytes are there
   */
  readSync(offset: number, length: number): Buffer;
}

/** For tests and small pushes. */
export function memoryScratch(): ScratchSpace & { bytes(): Buffer } {
  const chunks: Buffer[] = [];
  let joined = Buffer.alloc(0);
  const bytes = (): Buffer => {
    if (chunks.length > 0) joined = Buffer.concat([joined, ...chunks.splice(0)]);
    return joined;
  };
  return {
    bytes,
    append: (chunk) => {
      chunks.push(Buffer.from(chunk));
      return Promise.resolve();
    },
    readSync: (offset, length) => {
      const found = bytes().subarray(offset, offset + length);
      if (found.length < length) throw new RangeError('read past the end of the scratch space');
      return found;
    },
  };
}
