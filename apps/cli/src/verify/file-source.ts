import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { trailItemOf, UnreadableInput, type TrailItem } from '@holdshort/audit-events';

const GZIP_MAGIC = [0x1f, 0x8b];

/** Lines of NDJSON, plain or gzip (told by its first bytes), as they come. @param file a path, or `-` for standard input */
export async function* fileItems(file: string, stdin: Readable): AsyncGenerator<TrailItem> {
  const raw = file === '-' ? stdin : createReadStream(file);
  try {
    yield* lines(await plain(raw), file === '-' ? 'standard input' : file);
  } catch (error) {
    if (error instanceof UnreadableInput) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreadableInput(`${file} cannot be read to its end: ${why}`, { cause: error });
  } finally {
    raw.destroy();
  }
}

async function* lines(input: Readable, name: string): AsyncGenerator<TrailItem> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line !== '') yield trailItemOf(line, `line ${number} of ${name}`);
  }
}

/** As it is, or unzipped where its first bytes are those of gzip. */
export async function plain(raw: Readable): Promise<Readable> {
  const first = await firstBytes(raw);
  // readline waits for ever for the end of a stream that has ended already
  if (first.length === 0) return Readable.from([]);
  if (!GZIP_MAGIC.every((byte, place) => first[place] === byte)) return raw;
  const gunzip = createGunzip();
  // its error reaches the reader, who reads `gunzip`
  pipeline(raw, gunzip).catch((error: unknown) => gunzip.destroy(error as Error));
  return gunzip;
}

/** Looked at, not taken. */
async function firstBytes(raw: Readable): Promise<Buffer> {
  for (;;) {
    const chunk = raw.read() as Buffer | string | null;
    if (chunk !== null) {
      const bytes = Buffer.from(chunk);
      raw.unshift(bytes);
      return bytes;
    }
    if (raw.readableEnded) return Buffer.alloc(0);
    await new Promise<void>((resolve, reject) => {
      raw.once('readable', resolve);
      raw.once('end', resolve);
      raw.once('error', reject);
    });
  }
}
