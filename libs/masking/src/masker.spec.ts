import { Masker, type MaskCount, type MaskOptions } from './index.js';

const mask = (text: string | Buffer, options: Partial<MaskOptions> = {}): { text: string; counts: MaskCount[] } => {
  const masker = new Masker({ detectors: ['secrets', 'personal'], ...options });
  const bytes = Buffer.from(text);
  const out = Buffer.concat([masker.push(bytes), masker.end()]);
  expect(out.length).toBe(bytes.length);
  return { text: out.toString('utf8'), counts: masker.counts() };
};

const TOKEN = `ghr_${'aB3dE5gH7j'.repeat(8).slice(0, 76)}`;
const stars = (text: string): string => '*'.repeat(text.length);

test('a token in plain text is masked, all around it stays', () => {
  const { text, counts } = mask(`export GH=${TOKEN}\necho grün\n`);
  expect(text).toBe(`export GH=${stars(TOKEN)}\necho grün\n`);
  expect(counts).toEqual([{ rule: 'github-token', count: 1 }]);
});

test('an escape is masked as a whole or not at all, and what is written with escapes is found', () => {
  const escaped = `\\u0067hr_${TOKEN.slice(4)}`;
  const { text } = mask(`{"a":"x=${escaped}\\nline 2","b":"\\u00fc"}`);
  expect(text).toBe(`{"a":"x=${stars(escaped)}\\nline 2","b":"\\u00fc"}`);
});

test('keys, numbers and names of no secret stay', () => {
  const answer = `{"${TOKEN}":1,"card":4539148803436467,"sha":"${'1f'.repeat(20)}"}`;
  expect(mask(answer)).toEqual({ text: answer, counts: [] });
});

test('the name before a value tells what it is, as in a file', () => {
  const { text } = mask('{"db_password":"Tr0ub4dor&3xYz!","page":2}');
  expect(text).toBe(`{"db_password":"${stars('Tr0ub4dor&3xYz!')}","page":2}`);
});

test('fields are masked for their name, whatever they hold', () => {
  const { text, counts } = mask('{"email":"a\\"b","n":{"email":"c"},"email2":"d"}', {
    fields: ['email'],
    detectors: [],
  });
  expect(text).toBe('{"email":"****","n":{"email":"*"},"email2":"d"}');
  expect(counts).toEqual([{ rule: 'field', count: 2 }]);
});

test('base64 of the contents API stays base64, with its line ends', () => {
  const file = `# settings\nTOKEN=${TOKEN}\nport = 80\n`;
  const content = Buffer.from(file)
    .toString('base64')
    .replace(/.{1,60}/g, '$&\n');
  const { text } = mask(JSON.stringify({ content, encoding: 'base64' }));
  const masked = JSON.parse(text) as { content: string };
  expect(Buffer.from(masked.content, 'base64').toString()).toBe(file.replace(TOKEN, stars(TOKEN)));
  expect(masked.content.split('\n').map((line) => line.length)).toEqual(content.split('\n').map((line) => line.length));
});

test('a token of letters and digits alone, under a name of base64, is no base64', () => {
  const key = 'AKIAZ7QM4XKL2WPN6TRB';
  expect(mask(`{"content":"${key}\\n"}`, { detectors: ['secrets'] }).text).not.toContain(key);
});

const LINE = 'q83vAbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGhIjKlMnOpQrStUv';

test('a private key longer than any window is masked to its end marker, and no further', () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${LINE}\n`.repeat(20_000)}`;
  const { text, counts } = mask(
    `before\n${key}short==\n-----END RSA PRIVATE KEY-----\nafter ${LINE.slice(4, 34)} end\n`,
  );
  expect(text.slice(0, 7)).toBe('before\n');
  expect(text).not.toContain('q83v');
  expect(text).not.toContain('short');
  expect(text.endsWith(`\n-----END RSA PRIVATE KEY-----\nafter ${LINE.slice(4, 34)} end\n`)).toBe(true);
  expect(text.split('\n').length).toBe(20_000 + 6);
  expect(counts).toEqual([{ rule: 'private-key', count: 1 }]);
});

test('a key that is cut off ends with its last line', () => {
  const { text } = mask(`-----BEGIN PRIVATE KEY-----\n${`${LINE}\n`.repeat(3)}\n${'plain words, '.repeat(20)}`);
  expect(text).not.toContain('q83v');
  expect(text.endsWith('plain words, '.repeat(20))).toBe(true);
});

test('what is no JSON is read as text, whatever it begins like', () => {
  for (const before of ['[section]\nkey=', '{ token: ', '"quoted" and ', '# [1] {', '{"a":1}\n{"b":2}\nX '])
    expect(mask(`${before}${TOKEN}\n`).text).toBe(`${before}${stars(TOKEN)}\n`);
});

test('events are released whole, each without the next', () => {
  const masker = new Masker({ detectors: ['secrets'], isEventStream: true });
  const event = `id: 1\ndata: {"t":"${TOKEN}"}\n\n`;
  expect(masker.push(Buffer.from(event)).toString()).toBe(event.replace(TOKEN, stars(TOKEN)));
  expect(masker.push(Buffer.from(': ping\n\n')).toString()).toBe(': ping\n\n');
  expect(masker.push(Buffer.from('data: {"t":"half')).length).toBe(0);
});

test('content that would cost too much to read is masked from there on', () => {
  const dense = 'password = "token: secret_key='.repeat(40_000);
  const { text, counts } = mask(`{"n":1,"body":${JSON.stringify(dense)}}`);
  expect(counts.map(({ rule }) => rule)).toContain('unscanned');
  expect(JSON.parse(text)).toMatchObject({ n: 1 });
  expect(text.slice(-100, -2)).toBe('*'.repeat(98));
});

test('a detector that is named alone masks nothing else', () => {
  const text = `IBAN DE89 3704 0044 0532 0130 00 ${TOKEN} 4539 1488 0343 6467`;
  expect(mask(text, { detectors: ['payment-card'] }).counts).toEqual([{ rule: 'payment-card', count: 1 }]);
  expect(mask(text, { detectors: ['iban', 'github-token'] }).counts.map(({ rule }) => rule)).toEqual([
    'github-token',
    'iban',
  ]);
});
