import fc from 'fast-check';
import { ContentScanner } from './content-scanner.js';
import type { Finding, ScanPolicy } from './finding.js';
import { RULES } from './rules/index.js';
import { scanText } from './scan-text.js';
import { exampleText } from './testing/example-text.js';
import { SeededRandom } from './testing/seeded-random.js';

function inChunks(content: Uint8Array, sizes: readonly number[], path: string, policy?: ScanPolicy): Finding[] {
  const scanner = new ContentScanner(path, policy);
  for (let at = 0, index = 0; at < content.length; index++) {
    const size = sizes[index % sizes.length]!;
    scanner.push(content.subarray(at, at + size));
    at += size;
  }
  return scanner.end();
}

const secret = (template: string, seed = 1): string => exampleText(template, new SeededRandom(seed));
const GITHUB = 'ghp_{a30}{crc}';

/** Pieces of a content: examples of rules, runs of filler that move them across the working buffer, line ends, zeros. */
const piece = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ rule: fc.constantFrom(...RULES), seed: fc.nat(1000), pick: fc.nat(9) })
      .map(({ rule, seed, pick }) => secret(rule.examples.like[pick % rule.examples.like.length]!, seed)),
  },
  { weight: 2, arbitrary: fc.constantFrom('\n', '\r\n', ' ', '\0', '"', '\n\n', '=', ';') },
  { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.nat(140_000).map((length) => 'filler text \n'.repeat(length / 13)) },
);

test('finds the same in any chunks as in the whole', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 24 }),
      fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('src/a.ts', 'AGENTS.md', 'a.png'),
      fc.constantFrom('utf8', 'utf16le'),
      (pieces, sizes, path, encoding) => {
        const content = Buffer.from(pieces.join(''), encoding as BufferEncoding);
        expect(inChunks(content, sizes, path)).toEqual(scanText(content, path));
      },
    ),
    { numRuns: 150 },
  );
});

test('finds the same byte by byte', () => {
  const content = Buffer.from(`a\n${secret(GITHUB)}\nb\0${secret('glpat-{w20}')}\0`);
  expect(inChunks(content, [1], 'a.txt')).toEqual(scanText(content, 'a.txt'));
  expect(scanText(content, 'a.txt').map(({ rule, line }) => [rule, line])).toEqual([
    ['github-token', 2],
    ['gitlab-personal-token', 3],
  ]);
});

test('a token whose checksum holds is found between any two bytes', () => {
  const token = Buffer.from(secret(GITHUB));
  const missed = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => {
    const content = Buffer.concat([Buffer.of(0xff, 0, byte), token, Buffer.of(byte, 0xd8)]);
    return !scanText(content, 'image.png').some(
      ({ rule, severity }) => rule === 'github-token' && severity === 'block',
    );
  });
  expect(missed).toEqual([]);
});

test('a letter alone among bytes that are no text does not hide a token; one within a word does', () => {
  const token = secret('glpat-{w20}');
  const rules = (before: Buffer): string[] =>
    scanText(Buffer.concat([before, Buffer.from(token)]), 'image.png').map(({ rule }) => rule);
  expect(rules(Buffer.from([0xd8, 0x07, 0x78]))).toEqual(['gitlab-personal-token']);
  expect(rules(Buffer.from('wordx'))).toEqual([]);
  expect(rules(Buffer.from('\nx'))).toEqual([]);
});

test('lines are right in a long streamed content', () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `line ${index + 1} of a long file`);
  lines[41_233] = `token: ${secret(GITHUB)}`;
  const found = inChunks(Buffer.from(lines.join('\r\n')), [1000, 65_536, 77], 'a.txt');
  expect(found.map(({ rule, line }) => [rule, line])).toEqual([['github-token', 41_234]]);
});

test('a line of five megabytes is read to its end', () => {
  const content = Buffer.from(`${'var a=1;'.repeat(655_360)}k="${secret(GITHUB)}"`);
  expect(scanText(content, 'dist/app.min.js').map(({ rule, line }) => [rule, line])).toEqual([['github-token', 1]]);
});

test.each([
  ['UTF-16 LE with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 LE without', (text: string) => Buffer.from(text, 'utf16le')],
  ['UTF-16 BE with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ['UTF-16 BE without', (text: string) => Buffer.from(text, 'utf16le').swap16()],
  [
    'UTF-16 after 301 bytes of something else',
    (text: string) => Buffer.concat([Buffer.alloc(301, 7), Buffer.from(text, 'utf16le')]),
  ],
  [
    'a binary file',
    (text: string) => Buffer.concat([Buffer.of(0, 1, 2, 0xff, 0), Buffer.from(text), Buffer.of(0, 0, 9)]),
  ],
])('finds a secret in %s', (_, encode) => {
  const found = scanText(encode(`first\nsecond\ntoken=${secret(GITHUB)}\n`), 'a.dat');
  expect(found.map(({ rule, line }) => [rule, line])).toEqual([['github-token', 3]]);
});

test('a finding tells the name and the prefix, never the secret', () => {
  const token = secret(GITHUB);
  const [finding] = scanText(Buffer.from(`export GITHUB_TOKEN="${token}"\n`), 'deploy.sh');
  expect(finding).toMatchObject({
    rule: 'github-token',
    severity: 'block',
    kind: 'secret',
    path: 'deploy.sh',
    line: 1,
    excerpt: 'GITHUB_TOKEN="ghp_****(36 characters)',
  });
  expect(finding?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(JSON.stringify(finding)).not.toContain(token.slice(4, 12));
});

test('no finding of any rule holds ten characters of its secret', () => {
  for (const rule of RULES.filter(({ kind }) => kind === 'secret'))
    for (const template of rule.examples.like) {
      const text = secret(template, 5);
      for (const finding of scanText(Buffer.from(text), 'src/a.ts')) {
        expect(finding.excerpt).toMatch(/^[\x20-\x7e]{1,120}$/);
        const filled = template
          .split(/\{[^}]*\}/)
          .reduce((rest, part) => rest.replaceAll(part, part === '' ? '' : '\n'), text);
        for (const part of filled.split('\n').filter(({ length }) => length >= 10))
          expect([rule.id, JSON.stringify(finding).includes(part.slice(0, 10))]).toEqual([rule.id, false]);
      }
    }
});

test('a checksum that is wrong makes a warning of it', () => {
  const token = secret('ghp_{a36}', 3);
  expect(scanText(Buffer.from(token), 'a.txt')).toMatchObject([{ rule: 'github-token', severity: 'warn' }]);
});

test('a path is read too, and not shown where it holds a secret', () => {
  const path = `keys/${secret(GITHUB)}.txt`;
  const found = scanText(Buffer.from('nothing'), path);
  expect(found).toMatchObject([{ rule: 'github-token', line: 0, path: '****(path of 49 characters holds a secret)' }]);
});

test('many findings are cut, and the cut is told', () => {
  const tokens = Array.from({ length: 300 }, (_, seed) => secret(GITHUB, seed + 1)).join('\n');
  const found = scanText(Buffer.from(tokens), 'a.txt');
  expect(found.length).toBe(101);
  expect(found.find(({ rule }) => rule === 'more-findings')).toMatchObject({ severity: 'block', line: 0 });
});

test('a flood of warnings hides no secret', () => {
  const flood = Array.from({ length: 300 }, (_, seed) => secret('sk_test_{a24}', seed + 1)).join('\n');
  const found = scanText(Buffer.from(`${flood}\n${secret(GITHUB)}`), 'a.txt');
  expect(found.filter(({ severity }) => severity === 'block').map(({ rule, line }) => [rule, line])).toEqual([
    ['github-token', 301],
  ]);
  expect(found.find(({ rule }) => rule === 'more-findings')).toMatchObject({ severity: 'warn' });
});

describe('what policy lets pass', () => {
  const token = secret(GITHUB);
  const text = Buffer.from(`a\n${token}\n`);
  const rules = (path: string, policy: ScanPolicy, content = text): string[] =>
    scanText(content, path, policy).map(({ rule }) => rule);

  test('paths by glob', () => {
    for (const glob of ['test/**', '**/*.txt', 'test/', 'test/a.tx?', '**'])
      expect(rules('test/a.txt', { allowPaths: [glob] })).toEqual([]);
    for (const glob of ['test', '*.txt', 'tes/**', '**/b.txt'])
      expect(rules('test/a.txt', { allowPaths: [glob] })).toEqual(['github-token']);
  });

  test('rules and fingerprints', () => {
    const [finding] = scanText(text, 'a.txt');
    expect(rules('a.txt', { allowRules: ['github-token'] })).toEqual([]);
    expect(rules('a.txt', { allowFingerprints: [finding!.fingerprint] })).toEqual([]);
    expect(rules('a.txt', { allowFingerprints: ['0'.repeat(16)], allowRules: ['npm-token'] })).toEqual([
      'github-token',
    ]);
  });

  test('comments only where policy honours them, and what they let pass is told as such', () => {
    const same = Buffer.from(`a = "${token}"; // holdshort:allow github-token\n`);
    const before = Buffer.from(`# holdshort:allow npm-token, github-token\n${token}\n`);
    const far = Buffer.from(`# holdshort:allow github-token\n\n${token}\n`);
    const other = Buffer.from(`${token} # holdshort:allow github\n`);
    for (const content of [same, before]) {
      expect(rules('a.txt', {}, content)).toEqual(['github-token']);
      expect(scanText(content, 'a.txt', { inlineAllow: true })).toMatchObject([
        { rule: 'github-token', severity: 'warn', allowedBy: 'comment' },
      ]);
    }
    for (const content of [far, other]) {
      const [finding] = scanText(content, 'a.txt', { inlineAllow: true });
      expect([finding?.severity, finding?.allowedBy]).toEqual(['block', undefined]);
    }
  });

  test('a flood of comments hides nothing that blocks', () => {
    const flood = Array.from(
      { length: 300 },
      (_, seed) => `${secret(GITHUB, seed + 2)} # holdshort:allow github-token of the tests\n`,
    ).join('');
    const found = scanText(Buffer.from(`${flood}\n\n${token}`), 'a.txt', { inlineAllow: true });
    expect(found.filter(({ severity }) => severity === 'block')).toHaveLength(1);
  });

  test('what is allowed does not use up the list', () => {
    const flood = Array.from({ length: 300 }, (_, seed) => secret('npm_{a30}{crc}', seed + 1)).join('\n');
    const content = Buffer.from(`${flood}\n${token}`);
    expect(rules('a.txt', { allowRules: ['npm-token'] }, content)).toEqual(['github-token']);
  });
});

describe('hidden text', () => {
  const kinds = (text: string, path: string): string[] =>
    scanText(Buffer.from(text), path).map(({ rule, severity }) => `${rule}:${severity}`);
  const tags = 'Be kind.\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}';

  test.each([
    'AGENTS.md',
    'docs/CLAUDE.md',
    '.github/copilot-instructions.md',
    '.github/instructions/a.instructions.md',
    '.cursorrules',
    '.cursor/rules/a.mdc',
    '.windsurfrules',
    'GEMINI.md',
  ])('blocks in %s', (path) => {
    expect(kinds(tags, path)).toEqual(['hidden-tags:block']);
    expect(kinds('a\u202eb', path)).toEqual(['hidden-bidi-override:block']);
    expect(kinds('a\u2067b', path)).toEqual(['hidden-bidi-control:block']);
    expect(kinds('a\u200b\u200c\u200bb', path)).toEqual(['hidden-zero-width:block']);
  });

  test('other source is held to less', () => {
    expect(kinds(tags, 'src/a.ts')).toEqual([]);
    expect(kinds('a\u202eb', 'src/a.ts')).toEqual(['hidden-bidi-override:block']);
    expect(kinds('a\u2067b', 'src/a.ts')).toEqual(['trojan-source:warn']);
    expect(kinds('a\u202eb', 'a.png')).toEqual([]);
  });

  test('is found in UTF-16', () => {
    expect(scanText(Buffer.from(`\ufeff# Rules\n${tags}`, 'utf16le'), 'AGENTS.md')).toMatchObject([
      { rule: 'hidden-tags', line: 2 },
    ]);
  });
});

describe('content that was made to keep the scanner busy', () => {
  const dense = 'password = "'.repeat(100_000);

  test('is given up and said to be unscanned', () => {
    expect(scanText(Buffer.from(dense), 'a.txt')).toMatchObject([
      { rule: 'unscanned', kind: 'unscanned', severity: 'block', line: 0 },
    ]);
    expect(inChunks(Buffer.from(dense), [65_536], 'a.txt').map(({ rule }) => rule)).toEqual(['unscanned']);
  });

  test('what was found before that is still told', () => {
    const found = scanText(Buffer.from(`${secret(GITHUB)}\n${dense}`), 'a.txt').map(({ rule }) => rule);
    expect(found).toEqual(['unscanned', 'github-token']);
  });
});
