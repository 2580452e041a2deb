/** Byte order of UTF-16 text by its first four bytes: a byte order mark, or Latin letters with zeros between them. */
export function utf16Order(first: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const mark = ((first[0] ?? 0) << 8) | (first[1] ?? 0);
  if (mark === 0xfffe) return 'utf-16le';
  if (mark === 0xfeff) return 'utf-16be';
  // which of the first four are zeros
  const zeros = first.length < 4 ? '' : Array.from(first.subarray(0, 4), (byte) => (byte === 0 ? '0' : 'x')).join('');
  if (zeros === 'x0x0') return 'utf-16le';
  return zeros === '0x0x' ? 'utf-16be' : undefined;
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
