/** `bytes` cut at the given lengths, the last length repeating; an empty list gives one chunk. */
export function chunksOf(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[Math.min(i, lengths.length - 1)] ?? bytes.length;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

export async function* streamOf(bytes: Buffer, ...lengths: number[]): AsyncGenerator<Buffer> {
  for (const chunk of chunksOf(bytes, lengths)) yield await Promise.resolve(chunk);
}

export async function drain(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
