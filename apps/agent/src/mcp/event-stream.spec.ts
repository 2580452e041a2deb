import fc from 'fast-check';
import { EventStreamRewriter } from './event-stream.js';
import { withOfferedTools } from './offered-tools.js';

const through = (rewriter: EventStreamRewriter, chunks: Buffer[]): string =>
  Buffer.concat([...chunks.map((chunk) => rewriter.push(chunk)), rewriter.end()]).toString('utf8');

const cut = (text: string, at: number[]): Buffer[] => {
  const bytes = Buffer.from(text, 'utf8');
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, n) => bytes.subarray(n === 0 ? 0 : (places[n - 1] ?? 0), place));
};

describe('EventStreamRewriter', () => {
  const list = {
    jsonrpc: '2.0',
    id: 1,
    result: { tools: [{ name: 'push_files' }, { name: 'get_me', title: 'Wer? äß€' }] },
  };
  const permitted = new Set(['account.read']);

  it.each(['\n', '\r\n', '\r'])('leaves refused tools out, whatever the line end (%j) and the chunks', (eol) => {
    const text = [': hello', '', 'event: message', `data: ${JSON.stringify(list)}`, 'id: 7', '', ''].join(eol);
    const expected = /^: hello\s+event: message\s+id: 7\s+data: (?<json>\{.*\})\n\n$/s;
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), (at) => {
        const rewriter = new EventStreamRewriter((message) => withOfferedTools(message, permitted));
        const json = expected.exec(through(rewriter, cut(text, at)))?.groups?.['json'] ?? '';
        expect(JSON.parse(json)).toEqual({ ...list, result: { tools: [list.result.tools[1]] } });
      }),
    );
  });

  it('gives everything else back byte for byte', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('d', 'ata:', ' ', '\n', '\r', '{"a":1}', 'é', ':') }),
        fc.array(fc.nat()),
        (text, at) => {
          const rewriter = new EventStreamRewriter((message) => withOfferedTools(message, permitted));
          expect(through(rewriter, cut(text, at))).toBe(text);
        },
      ),
    );
  });

  it('reads a message that stands in several data lines, and one whose stream ends early', () => {
    const [first = '', second = ''] = JSON.stringify(list).split('"result":');
    const rewriter = new EventStreamRewriter((message) => withOfferedTools(message, new Set()));
    expect(through(rewriter, [Buffer.from(`data: ${first}"result":\ndata:${second}`)])).toBe(
      'data: {"jsonrpc":"2.0","id":1,"result":{"tools":[]}}\n\n',
    );
  });
});

describe('withOfferedTools', () => {
  it('reads batches, and takes no tool without a name', () => {
    const message = { id: 1, result: { tools: [{ name: 'get_me' }, { title: 'x' }, 'y'], nextCursor: 'n' } };
    expect(withOfferedTools([message, { id: 2, result: {} }], new Set(['account.read']))).toEqual([
      { id: 1, result: { tools: [{ name: 'get_me' }], nextCursor: 'n' } },
      { id: 2, result: {} },
    ]);
  });
});
