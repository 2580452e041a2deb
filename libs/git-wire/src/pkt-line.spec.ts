import fc from 'fast-check';
import { encodePktLine, FLUSH_PKT, MAX_PKT_DATA, PktLineParser } from './pkt-line.js';
import { chunksOf } from './testing/chunks.js';

const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

describe('pkt-line', () => {
  it('reads back what it wrote, whatever the chunking', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 50 })), (payloads, cuts) => {
        const stream = Buffer.concat([...payloads.map((data) => encodePktLine(data)), FLUSH_PKT]);
        const parser = new PktLineParser();
        const lines = chunksOf(stream, cuts).flatMap((chunk) => parser.push(chunk));
        parser.end();
        const data = lines.flatMap((line) => (line.kind === 'data' ? [line.data.toString('hex')] : []));
        expect(data).toEqual(payloads.map((bytes) => bytes.toString('hex')));
        expect(lines.at(-1)).toEqual({ kind: 'flush' });
      }),
    );
  });

  it('takes hostile bytes without any error but its own, and never holds more than one packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          new PktLineParser().push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'request_malformed' });
        }
      }),
    );
  });

  it.each(['0003', 'fff1', '+004', ' 04x', '00 4', 'zzzz', '-001'])('refuses the length %s', (length) => {
    expect(() => new PktLineParser({ code: 'push_unreadable' }).push(Buffer.from(length))).toThrow(
      expect.objectContaining({ code: 'push_unreadable' }),
    );
  });

  it('knows the special packets and the empty one', () => {
    const lines = new PktLineParser().push(Buffer.from('0000000100020004'));
    expect(lines.map((line) => line.kind)).toEqual(['flush', 'delim', 'response-end', 'data']);
  });

  it('writes at most 65,520 bytes a packet and says when a stream ends inside one', () => {
    expect(encodePktLine(Buffer.alloc(MAX_PKT_DATA)).subarray(0, 4).toString()).toBe('fff0');
    expect(() => encodePktLine(Buffer.alloc(MAX_PKT_DATA + 1))).toThrow('longer than 65,516');
    const parser = new PktLineParser();
    parser.push(Buffer.from('0009abc'));
    expect(() => {
      parser.end();
    }).toThrow('ends inside a packet');
  });
});
