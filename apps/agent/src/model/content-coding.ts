import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Unparsed } from '@holdshort/model-traffic';

type Whole = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const WHOLE: Readonly<Record<string, Whole>> = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  br: promisify(zlib.brotliDecompress),
  deflate: promisify(zlib.inflate),
  ...('zstdDecompress' in zlib ? { zstd: promisify(zlib.zstdDecompress) } : {}),
};

const STREAMS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip(),
  'x-gzip': () => zlib.createGunzip(),
  br: () => zlib.createBrotliDecompress(),
  deflate: () => zlib.createInflate(),
  ...('createZstdDecompress' in zlib ? { zstd: () => zlib.createZstdDecompress() } : {}),
};

const plain = (coding: string | undefined): boolean => coding === undefined || coding === '' || coding === 'identity';

/** The body without its content coding; over the limit, or in a coding that is not known, the reason. */
export async function decodeWhole(
  body: Buffer,
  coding: string | undefined,
  limit: number,
): Promise<Buffer | { unparsed: Unparsed }> {
  const name = coding?.trim().toLowerCase();
  if (plain(name)) return body;
  const decode = WHOLE[name ?? ''];
  if (!decode) return { unparsed: 'encoding' };
  try {
    return await decode(body, { maxOutputLength: limit });
  } catch (error) {
    return { unparsed: (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'encoding' };
  }
}

/** A stream that undoes the coding; `undefined` where there is none, `unknown` where it is not known. */
export function decoderFor(coding: string | undefined): Transform | undefined | 'unknown' {
  const name = coding?.trim().toLowerCase();
  if (plain(name)) return undefined;
  return STREAMS[name ?? '']?.() ?? 'unknown';
}
