/** Byte order of UTF-16 text by its first four bytes: a byte order mark, or Latin letters with zeros between them. */
export function utf16Order(first: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = first;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (first.length < 4) return undefined;
  if (a > 0 && b === 0 && c > 0 && d === 0) return 'utf-16le';
  return a === 0 && b > 0 && c === 0 && d > 0 ? 'utf-16be' : undefined;
}

/** UTF-16 to UTF-8, in parts of any size. */
export class Utf16Decoder {
  private readonly decoder: InstanceType<typeof TextDecoder>;

  constructor(order: 'utf-16le' | 'utf-16be') {
    this.decoder = new TextDecoder(order);
  }

  decode(chunk: Uint8Array): Uint8Array {
    return Buffer.from(this.decoder.decode(chunk, { stream: true }), 'utf8');
  }
}
