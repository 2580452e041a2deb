import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { PackLimits } from './pack-limits.js';
import { readPack } from './pack-reader.js';
import { memoryScratch } from './scratch-space.js';
import { streamOf } from './testing/chunks.js';
import { appendDelta, blobId, buildPack, withChecksum } from './testing/pack-builder.js';
import type { PackEntry } from './testing/pack-builder.js';
import { Random } from './testing/random.js';

const read = (pack: Buffer, limits: Partial<PackLimits> = {}, ...chunks: number[]) =>
  readPack(streamOf(pack, ...chunks), { objectFormat: 'sha1', scratch: memoryScratch(), limits });
const blob = (text: string): PackEntry => ({ type: 3, content: Buffer.from(text) });
const digestOf = (ids: string[]): string =>
  createHash('sha256')
    .update(
      [...ids]
        .sort()
        .map((id) => `${id}\n`)
        .join(''),
    )
    .digest('hex');

/** `count` blobs of which each is a delta of the one before, and the pack entries of them. */
function chain(count: number): { contents: Buffer[]; deltas: PackEntry[] } {
  const contents = [Buffer.from('0')];
  const deltas: PackEntry[] = [];
  for (let i = 1; i < count; i++) {
    const base = contents[i - 1] ?? Buffer.alloc(0);
    const added = Buffer.from(`,${i}`);
    contents.push(Buffer.concat([base, added]));
    deltas.push({ type: 7, content: appendDelta(base, added), baseId: blobId(base) });
  }
  return { contents, deltas };
}

describe('readPack', () => {
  it('reads a pack whatever its chunking, and says the same of every packing of the same objects', async () => {
    const entries = ['a', 'b', 'c'].map(blob);
    const ids = entries.map(({ content }) => blobId(content));
    const pack = buildPack(entries);
    for (const chunk of [1, 2, 5, 4096]) {
      const contents = await read(pack, {}, chunk);
      expect(contents).toMatchObject({ objects: 3, bytes: pack.length, contentDigest: digestOf(ids) });
      expect(contents.sha256).toBe(createHash('sha256').update(pack).digest('hex'));
      expect(contents.checksum).toBe(pack.subarray(-20).toString('hex'));
      expect(ids.map((id) => contents.has(id))).toEqual([true, true, true]);
      expect(contents.has('f'.repeat(40)) || contents.has('not hex')).toBe(false);
    }
    expect((await read(buildPack([...entries].reverse()))).contentDigest).toBe(digestOf(ids));
  });

  it('reads the empty pack that git sends for a ref to known commits', async () => {
    expect(await read(buildPack([]))).toMatchObject({ objects: 0, bytes: 32, contentDigest: digestOf([]) });
  });

  it('gives each blob to the sink once, large ones in pieces', async () => {
    const large = new Random(1).bytes(700_000);
    const seen: string[] = [];
    const onBlob = (size: number) => {
      const parts: Buffer[] = [];
      return {
        write: (part: Buffer) => parts.push(Buffer.from(part)),
        end: (id: string) => {
          expect(blobId(Buffer.concat(parts))).toBe(id);
          expect(Buffer.concat(parts)).toHaveLength(size);
          seen.push(id);
        },
      };
    };
    const { contents, deltas } = chain(3);
    const pack = buildPack([...deltas, blob('0'), { type: 3, content: large }, blob('')]);
    await readPack(streamOf(pack, 30_000), { objectFormat: 'sha1', scratch: memoryScratch(), onBlob });
    expect(seen.sort()).toEqual([...contents.map(blobId), blobId(large), blobId(Buffer.alloc(0))].sort());
  });

  it('resolves REF deltas in any order', async () => {
    const { contents, deltas } = chain(60);
    const random = new Random(7);
    for (let round = 0; round < 20; round++) {
      const entries = [blob('0'), ...deltas]
        .map((entry) => ({ entry, key: random.below(1e6) }))
        .sort((a, b) => a.key - b.key);
      const pack = await read(buildPack(entries.map(({ entry }) => entry)), {}, 100);
      expect(pack.contentDigest).toBe(digestOf(contents.map(blobId)));
    }
  });

  it('resolves a chain of 4,095 written back to front, and refuses a longer one', async () => {
    const { contents, deltas } = chain(4097);
    const longest = buildPack([...deltas.slice(0, 4095).reverse(), blob('0')]);
    expect((await read(longest)).contentDigest).toBe(digestOf(contents.slice(0, 4096).map(blobId)));
    await expect(read(buildPack([...deltas.reverse(), blob('0')]))).rejects.toMatchObject({ code: 'push_too_large' });
  });

  it('resolves OFS deltas, also of one that waits itself', async () => {
    const { contents, deltas } = chain(4);
    const [first, second, third] = deltas as [PackEntry, PackEntry, PackEntry];
    const ofs = (entry: PackEntry): PackEntry => ({ type: 6, content: entry.content, baseEntry: 1 });
    const pack = buildPack([first, ofs(second), ofs(third), blob('0')]);
    expect((await read(pack)).contentDigest).toBe(digestOf(contents.map(blobId)));
  });

  it('says what to do about a thin pack', async () => {
    const { deltas } = chain(3);
    await expect(read(buildPack([...deltas, blob('x')]))).rejects.toMatchObject({
      code: 'push_unreadable',
      message: 'The push cannot be read: a delta has a base that is not in the pack.',
      advice: 'Push again with `git push --no-thin`, so that the pack can be read by itself.',
    });
  });

  const delta = (...bytes: number[]): Buffer =>
    buildPack([blob('base'), { type: 6, content: Buffer.from(bytes), baseEntry: 1 }]);
  it.each<[string, Buffer]>([
    ['no pack', Buffer.from('<html>')],
    ['nothing', Buffer.alloc(0)],
    ['another version', withChecksum(Buffer.from('PACK\0\0\0\x04\0\0\0\0', 'latin1'))],
    ['fewer objects than stated', buildPack([blob('a')], 2)],
    ['more objects than stated', buildPack([blob('a'), blob('b')], 1)],
    ['an object of type 0', buildPack([{ type: 0, content: Buffer.from('a') }])],
    ['an object of type 5', buildPack([{ type: 5, content: Buffer.from('a') }])],
    ['an object twice', buildPack([blob('a'), blob('a')])],
    [
      'a size without end',
      withChecksum(Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1'), Buffer.alloc(20, 0xb0)])),
    ],
    ['an object longer than stated', buildPack([{ ...blob('abcdef'), size: 5 }])],
    ['an object shorter than stated', buildPack([{ ...blob('abcdef'), size: 7 }])],
    ['a large object shorter than stated', buildPack([{ ...blob('abcdef'), size: 700_000 }])],
    ['a large object longer than stated', buildPack([{ type: 3, content: Buffer.alloc(800_000), size: 700_000 }])],
    ['no zlib data', buildPack([{ ...blob('a'), raw: Buffer.from('this is not deflated') }])],
    ['large and no zlib data', buildPack([{ ...blob('a'), size: 700_000, raw: Buffer.from('this is not deflated') }])],
    [
      'zlib data with a wrong checksum',
      buildPack([{ ...blob('a'), raw: Buffer.concat([deflateSync('a').subarray(0, -4), Buffer.alloc(4)]) }]),
    ],
    [
      'zlib data that wants a dictionary',
      buildPack([{ ...blob('abc'), raw: deflateSync('abc', { dictionary: Buffer.from('abc') }) }]),
    ],
    ['a delta of itself', buildPack([blob('a'), { type: 6, content: Buffer.from([1, 1, 0x90, 1]), distance: 0 }])],
    ['a delta of nothing', buildPack([blob('a'), { type: 6, content: Buffer.from([1, 1, 0x90, 1]), distance: 3 }])],
    [
      'a delta from before the pack',
      buildPack([blob('a'), { type: 6, content: Buffer.from([1, 1, 0x90, 1]), distance: 99_999 }]),
    ],
    ['an empty delta', delta()],
    ['a delta of another base', delta(5, 4, 0x90, 4)],
    ['a delta that copies past its base', delta(4, 4, 0x91, 1, 4)],
    ['a delta that makes too much', delta(4, 3, 0x90, 4)],
    ['a delta that makes too little', delta(4, 5, 0x90, 4)],
    ['a delta with a reserved instruction', delta(4, 4, 0, 0x90, 4)],
    ['a delta cut inside a copy', delta(4, 4, 0x91)],
    ['a delta cut inside an insert', delta(4, 4, 4, 97)],
  ])('refuses %s', async (_, pack) => {
    for (const chunk of [3, 100_000])
      await expect(read(pack, {}, chunk)).rejects.toMatchObject({ code: 'push_unreadable' });
  });

  it.each<[string, Buffer, Partial<PackLimits>]>([
    ['bytes', buildPack([blob('a'), blob('b')]), { packBytes: 40 }],
    ['objects', buildPack([blob('a'), blob('b')]), { objects: 1 }],
    ['objects claimed', buildPack([], 0xffffffff), {}],
    ['bytes of one object', buildPack([blob('abcdef')]), { objectBytes: 5 }],
    ['bytes claimed by one object', buildPack([{ ...blob(''), size: 2 ** 40 }]), {}],
    ['bytes of a tree', buildPack([{ type: 2, content: Buffer.from('abcdef') }]), { graphObjectBytes: 5 }],
    ['inflated bytes', buildPack(['abc', 'def'].map(blob)), { inflatedBytes: 5 }],
    [
      'inflation',
      buildPack([{ type: 3, content: Buffer.alloc(300_000) }]),
      { inflationRatio: 100, ratioFreeBytes: 1000 },
    ],
    [
      'inflation of a large object',
      buildPack([{ type: 3, content: Buffer.alloc(3_000_000) }]),
      { inflationRatio: 100, ratioFreeBytes: 1000 },
    ],
    ['delta depth', buildPack([blob('0'), ...chain(5).deltas]), { deltaDepth: 3 }],
    ['what a delta makes', delta(4, 0xff, 0xff, 0xff, 0x7f, 0x90, 4), { deltaObjectBytes: 1000 }],
  ])('stops at the limit of %s', async (_, pack, limits) => {
    await expect(read(pack, limits)).rejects.toMatchObject({
      code: 'push_too_large',
      advice: expect.stringMatching(/\w/),
    });
  });

  const sampleChain = chain(12);
  const sample = buildPack([
    blob('0'),
    ...sampleChain.deltas,
    { type: 6, content: appendDelta(sampleChain.contents[11]!, Buffer.from('!')), baseEntry: 1 },
  ]);

  it('refuses every truncation and every trailing byte', async () => {
    for (let length = 0; length < sample.length; length++)
      await expect(read(sample.subarray(0, length))).rejects.toMatchObject({ code: 'push_unreadable' });
    await expect(read(Buffer.concat([sample, Buffer.of(0)]))).rejects.toMatchObject({ code: 'push_unreadable' });
    await expect(read(Buffer.concat([sample, Buffer.of(0)]), {}, sample.length)).rejects.toThrow(
      'bytes follow the pack',
    );
  });

  it('refuses every flipped bit', async () => {
    for (let bit = 0; bit < sample.length * 8; bit += 3) {
      const flipped = Buffer.from(sample);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(read(flipped)).rejects.toMatchObject({ name: 'HoldshortError' });
    }
  });

  it('fails only with its own error on bytes that carry a right checksum', async () => {
    const bodyLength = sample.length - 20;
    const edits = fc.array(fc.tuple(fc.nat(bodyLength - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(edits, fc.integer({ min: 1, max: 200 }), async (changes, chunk) => {
        const body = Buffer.from(sample.subarray(0, bodyLength));
        for (const [at, byte] of changes) body[at] = byte;
        const result: unknown = await read(withChecksum(body), {}, chunk).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toMatchObject({ name: 'HoldshortError' });
      }),
      { numRuns: 400 },
    );
  });

  it('passes the error of its source on and releases it otherwise', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield await Promise.resolve(sample.subarray(0, 50));
      throw new Error('client gone');
    }
    await expect(readPack(broken(), { objectFormat: 'sha1', scratch: memoryScratch() })).rejects.toThrow('client gone');
    let released = false;
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) yield await Promise.resolve(Buffer.alloc(70_000, 0x41));
      } finally {
        released = true;
      }
    }
    await expect(readPack(endless(), { objectFormat: 'sha1', scratch: memoryScratch() })).rejects.toThrow('no pack');
    expect(released).toBe(true);
  });
});
