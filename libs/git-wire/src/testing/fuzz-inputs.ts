import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { appendDelta, blobId, buildPack, withChecksum } from './pack-builder.js';
import type { PackEntry } from './pack-builder.js';
import type { Random } from './random.js';

/** Numbers that sit on borders of the formats. */
const BORDERS = [0, 1, 3, 4, 5, 0x0f, 0x10, 0x2f, 0x30, 0x61, 0x66, 0x67, 0x7f, 0x80, 0xb0, 0xf0, 0xff];

/** One to four small injuries: other bytes, cuts, repetitions, pieces of another input. */
export function hurt(random: Random, input: Buffer, other: Buffer): Buffer {
  let bytes = Buffer.from(input);
  for (let times = 1 + random.below(4); times > 0; times--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(random.chance(80) ? 8 : 200);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const from = random.below(other.length + 1);
    const ways = [
      () => Buffer.concat([before, Buffer.of(random.pick(BORDERS)), after.subarray(1)]),
      () => Buffer.concat([before, Buffer.of(random.below(256)), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, after.subarray(0, length), after]),
      () => Buffer.concat([before, other.subarray(from, from + length), after]),
    ];
    bytes = random.pick(ways)();
  }
  return bytes.subarray(0, 200_000);
}

const blob = (content: Buffer): PackEntry => ({ type: 3, content });

/** Packs of every kind of object and delta, some of them lying about sizes, bases and counts, with a right checksum. */
export function madePack(random: Random): Buffer {
  const base = random.bytes(random.below(300));
  const entries: PackEntry[] = [blob(base)];
  for (let count = random.below(6); count > 0; count--) entries.push(madeEntry(random, base, entries.length));
  return buildPack(entries, random.chance(90) ? entries.length : random.below(9));
}

function madeEntry(random: Random, base: Buffer, place: number): PackEntry {
  const content = random.chance(50) ? random.bytes(random.below(200)) : Buffer.from(random.text(1));
  const delta = random.chance(70) ? appendDelta(base, random.bytes(1 + random.below(100))) : content;
  const raw = random.chance(10) ? deflateSync(content).subarray(0, random.below(20)) : undefined;
  const lies = { ...(random.chance(10) ? { size: random.below(5000) } : {}), ...(raw === undefined ? {} : { raw }) };
  const kinds: PackEntry[] = [
    blob(content),
    { type: 1 + random.below(4), content },
    { type: 7, content: delta, baseId: random.chance(80) ? blobId(base) : 'ab'.repeat(20) },
    { type: 6, content: delta, ...(random.chance(80) ? { baseEntry: place } : { distance: random.below(400) }) },
  ];
  return { ...random.pick(kinds), ...lies };
}

/** With the checksum that belongs to the hurt bytes, so that what lies behind that check is reached. */
export const repaired = (pack: Buffer): Buffer => withChecksum(pack.subarray(0, Math.max(0, pack.length - 20)));

const id = (text: string): string => createHash('sha1').update(text).digest('hex');
const packet = (text: string): string => (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
const ZERO = '0'.repeat(40);

/** One of each kind of body and answer that is read packet by packet. */
export const PACKET_SEEDS: readonly Buffer[] = [
  `${packet(`${ZERO} ${id('a')} refs/heads/x\0report-status-v2 side-band-64k atomic push-options object-format=sha1`)}${packet(`${id('a')} ${ZERO} refs/heads/y\n`)}0000${packet('ci.skip\n')}0000PACK`,
  `${packet(`shallow ${id('s')}`)}${packet('push-cert\0report-status')}${packet('certificate version 0.1\n')}${packet('pusher A\n')}${packet('push-option x\n')}${packet('\n')}${packet(`${ZERO} ${id('a')} refs/heads/x\n`)}${packet('-----BEGIN PGP SIGNATURE-----\n')}${packet('push-cert-end\n')}0000`,
  `${packet('# service=git-receive-pack\n')}0000${packet('version 1\n')}${packet(`${id('a')} refs/heads/x\0report-status no-thin agent=git/2\n`)}0000`,
  `${packet(`\x01${packet('unpack ok\n')}${packet('ok refs/heads/x\n')}${packet('option refname refs/heads/z\n')}${packet('ng refs/heads/y no\n')}0000`)}${packet('\x02hello')}0000`,
  `${packet('unpack ok\n')}${packet('ng refs/heads/y no\n')}0000`,
  `${packet('shallow-info\n')}${packet(`shallow ${id('s')}`)}0001${packet('packfile\n')}${packet('\x02count')}${packet('\x01PACK')}${packet('\x03fatal')}0000`,
  `${packet(`${id('a')} HEAD symref-target:refs/heads/main\n`)}0000`,
  `${packet('ERR no\n')}0000`,
].map((text) => Buffer.from(text, 'latin1'));
