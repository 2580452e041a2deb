import { PktLineParser } from './pkt-line.js';
import { encodeSideband } from './sideband.js';

const packets = (bytes: Buffer): Buffer[] =>
  new PktLineParser().push(bytes).flatMap((line) => (line.kind === 'data' ? [line.data] : []));

describe('encodeSideband', () => {
  it.each([
    ['side-band-64k', 65_516],
    ['side-band', 996],
  ] as const)('splits at the limit of %s and loses nothing', (mode, longest) => {
    const data = Buffer.alloc(200_000, 'holdshort ');
    const parts = packets(encodeSideband(1, data, mode));
    expect(parts[0]).toHaveLength(longest);
    expect(parts.every((part) => part[0] === 1)).toBe(true);
    expect(Buffer.concat(parts.map((part) => part.subarray(1))).equals(data)).toBe(true);
  });

  it('writes a keep-alive for no data', () => {
    expect(encodeSideband(2, '').toString('latin1')).toBe('0005\x02');
  });
});
