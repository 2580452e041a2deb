import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { entryHead } from './pack-builder.js';

/** From one-liners to larger than any cache. */
const SIZES = [2_000, 40_000, 300_000, 3_000_000, 25_000_000];

/** Writes a pack of at least `total` bytes of blobs that do not compress. */
export async function writeRandomPack(path: string, total: number): Promise<void> {
  const plan: number[] = [];
  for (let bytes = 0; bytes < total; bytes += plan.at(-1) ?? 0) plan.push(SIZES[plan.length % SIZES.length] ?? 0);
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(plan.length, 8);
  const checksum = createHash('sha1');
  const file = await open(path, 'wx');
  for (const part of entries(head, plan)) {
    checksum.update(part);
    await file.write(part);
  }
  await file.write(checksum.digest());
  await file.close();
}

function* entries(head: Buffer, plan: readonly number[]): Generator<Buffer> {
  yield head;
  for (const size of plan) {
    yield entryHead(3, size);
    yield deflateSync(randomBytes(size), { level: 0 });
  }
}
