/**
 * The whole of an answer's body, at most so many bytes.
 * @throws what `tooLong` makes
 */
export async function readLimitedBytes(
  body: AsyncIterable<Buffer>,
  limit: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As text. @throws what `tooLong` makes */
export async function readLimited(body: AsyncIterable<Buffer>, limit: number, tooLong: () => Error): Promise<string> {
  return (await readLimitedBytes(body, limit, tooLong)).toString('utf8');
}
