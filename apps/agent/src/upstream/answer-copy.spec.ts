import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { AnswerCopy } from './answer-copy.js';

function copyOf(status: number, coding: string | undefined, ...chunks: Buffer[]): AnswerCopy {
  const copy = new AnswerCopy();
  copy.started(status, {
    'content-type': 'application/json',
    ...(coding === undefined ? {} : { 'content-encoding': coding }),
  });
  for (const chunk of chunks) copy.data(chunk);
  return copy;
}

describe('AnswerCopy', () => {
  const plain = Buffer.from('{"sha":"é"}');

  it.each([
    [undefined, plain],
    ['gzip', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['br', brotliCompressSync(plain)],
  ])('reads an answer in the coding %s, however it was cut', (coding, bytes) => {
    expect(copyOf(200, coding, bytes.subarray(0, 9), bytes.subarray(9)).text()).toBe('{"sha":"é"}');
  });

  it('reads no failure, no long answer and no unknown coding', () => {
    expect(copyOf(422, undefined, plain).text()).toBeUndefined();
    expect(copyOf(200, 'zstd', plain).text()).toBeUndefined();
    expect(copyOf(200, undefined, Buffer.alloc(200_000), Buffer.alloc(200_000)).text()).toBeUndefined();
  });

  it('takes no more than a megabyte out of a short answer', () => {
    const copy = copyOf(200, 'gzip', gzipSync(Buffer.alloc(50 << 20)));
    expect(() => copy.text()).toThrow(/Buffer/);
  });
});
