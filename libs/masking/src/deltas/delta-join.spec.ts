import fc from 'fast-check';
import { Masker } from '../index.js';
import { canary, seeded, TEMPLATES } from '../testing/canaries.js';

/** This suite proves that: a secret that a model sends in parts, in events of its own, is masked as one that it sends at once. */

interface Style {
  name: string;
  event: (part: string) => string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each style has a shape of its own
  text: (data: any) => string;
  last: string;
}

const STYLES: Style[] = [
  {
    name: 'Anthropic, text',
    event: (text) =>
      `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })}\n\n`,
    text: (data) => data.delta?.text ?? '',
    last: 'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  },
  {
    name: 'Anthropic, arguments of a tool',
    event: (text) =>
      `data: ${JSON.stringify({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: text } })}\n\n`,
    text: (data) => data.delta?.partial_json ?? '',
    last: 'data: {"type":"message_stop"}\n\n',
  },
  {
    name: 'OpenAI, chat',
    event: (content) => `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }] })}\n\n`,
    text: (data) => data.choices?.[0]?.delta?.content ?? '',
    last: 'data: [DONE]\n\n',
  },
  {
    name: 'OpenAI, responses',
    event: (delta) =>
      `event: response.output_text.delta\ndata: ${JSON.stringify({ type: 'response.output_text.delta', item_id: 'm', output_index: 0, delta })}\n\n`,
    text: (data) => (typeof data.delta === 'string' ? data.delta : ''),
    last: 'data: {"type":"response.completed"}\n\n',
  },
];

const partsOf = (text: string, cuts: readonly number[]): string[] => {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => text.slice(places[index], end));
};

function masked(answer: string, chunk = answer.length): string {
  const masker = new Masker({ detectors: ['secrets'], isEventStream: true });
  const bytes = Buffer.from(answer);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) out.push(masker.push(bytes.subarray(at, at + chunk)));
  out.push(masker.end());
  expect(Buffer.concat(out).length).toBe(bytes.length);
  return Buffer.concat(out).toString('utf8');
}

const read = (style: Style, answer: string): string =>
  [...answer.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => style.text(JSON.parse(data!))).join('');

/** Text whose meaning stands in one word: what is told by a later word is masked only within its event. */
const ONE_WORD = TEMPLATES.filter(({ template }) => /^\S+$/.test(template));

describe.each(STYLES.map((style) => [style.name, style] as const))('%s', (_, style) => {
  test('no canary comes through, however the model cuts it', () => {
    expect(ONE_WORD.length).toBeGreaterThan(40);
    const one = fc
      .nat(ONE_WORD.length - 1)
      .chain((index) => fc.nat(1000).map((seed) => canary(ONE_WORD[index]!, seeded(seed))));
    fc.assert(
      fc.property(
        one,
        fc.array(fc.nat(400), { maxLength: 60 }),
        fc.constantFrom(1, 7, 100, 1e9),
        ({ text, secret }, cuts, chunk) => {
          const words = `Here it is:\n${text}\nand then more.`;
          const answer = partsOf(words, cuts).map(style.event).join('') + style.last;
          const given = read(style, masked(answer, chunk));
          expect(given.length).toBe(words.length);
          expect(given).not.toContain(secret);
          expect(given).toMatch(/^Here it is:\n[^]*\nand then more\.$/);
          expect(masked(answer, chunk)).toBe(masked(answer));
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  test('a key is masked line by line to its end', () => {
    const line = 'q83vAbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGhIjKlMnOpQrStUv';
    const words = `The key:\n-----BEGIN PRIVATE KEY-----\n${`${line}\n`.repeat(50)}-----END PRIVATE KEY-----\nand after it words`;
    const answer = (words.match(/[^]{1,7}/g) ?? []).map(style.event).join('') + style.last;
    const given = read(style, masked(answer));
    expect(given).not.toContain('q83v');
    expect(given.endsWith('-----END PRIVATE KEY-----\nand after it words')).toBe(true);
  });
});

test('words pass as they come, one event behind at most', () => {
  const masker = new Masker({ detectors: ['secrets'], isEventStream: true });
  const style = STYLES[0]!;
  expect(masker.push(Buffer.from(style.event('Hello '))).toString()).toBe(style.event('Hello '));
  expect(masker.push(Buffer.from(style.event('wor'))).toString()).toBe('');
  expect(masker.push(Buffer.from('event: ping\ndata: {"type":"ping"}\n\n')).toString()).toBe('');
  expect(masker.push(Buffer.from(style.event('ld, '))).toString()).toBe(
    `${style.event('wor')}event: ping\ndata: {"type":"ping"}\n\n${style.event('ld, ')}`,
  );
  expect(masker.push(Buffer.from(style.event('x') + style.last)).toString()).toBe(style.event('x') + style.last);
});

test('texts of two choices are kept apart', () => {
  const event = (index: number, content: string): string =>
    `data: ${JSON.stringify({ choices: [{ index, delta: { content } }] })}\n\n`;
  const [a, b] = ['ghr_aB3dE5gH7jaB3dE5gH7jaB3dE5gH7j', 'aB3dE5gH7jaB3dE5gH7jaB3dE5gH7jaB3dE5gH7jaB3dE5gH7j'];
  const given = masked(event(0, a) + event(1, 'plain ') + event(0, b) + event(1, 'words') + 'data: [DONE]\n\n');
  expect(given).not.toContain(a);
  expect(given).not.toContain(b);
  expect(given).toContain('plain ');
});
