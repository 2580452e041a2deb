import { checkSummary, literal, MARKER, pullComment, statusDescription, type ToldCommit } from './evidence-text.js';

const HOSTILE = [
  '@acme/security look',
  '[click](https://evil.test)',
  'https://evil.test/x',
  '| a | b |',
  '`` ` ``',
  '</code><img src=x onerror=alert(1)>',
  '#1 GH-2 c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe',
  'a\n\n# Heading\u202e\u200b\u0000',
  '&#64;acme',
  ':tada: ~~x~~ *y* _z_ <!-- --> \\',
];

const told = (name: string): ToldCommit => ({
  ...{ sessionId: 'ses_1', url: 'https://holdshort.test/sessions/ses_1', engineer: name, assistant: name },
  ...{ approvers: [name], ref: `refs/heads/${name}`, policies: [name], policyVersion: 'pol_1' },
});

describe.each(HOSTILE)('a name like %j', (name) => {
  it('stands within code, and only letters, digits and harmless signs stand there as they are', () => {
    expect(literal(name)).toMatch(/^<code>(?:[\p{L}\p{N} ./-]|&#\d+;)*<\/code>$/u);
  });

  it('makes no row, cell, mention or link of a check run or a comment', () => {
    const plain = told('alice');
    const rowsOf = (text: string): string[] => text.replaceAll(/<code>[^<]*<\/code>/g, '<code>').split('\n');
    expect(rowsOf(checkSummary(told(name)))).toEqual(rowsOf(checkSummary(plain)));
    const commented = (one: ToldCommit): string => pullComment([{ ...one, commit: 'a'.repeat(40) }], 0);
    expect(rowsOf(commented(told(name)))).toEqual(rowsOf(commented(plain)));
  });

  it('mentions nobody and breaks no line in a status', () => {
    const description = statusDescription(told(name));
    expect(description).not.toMatch(/[@\p{C}]/u);
    expect(description.length).toBeLessThanOrEqual(140);
  });
});

it('a comment begins with the marker, has a row for each session and links to it', () => {
  const text = pullComment([{ ...told('alice'), commit: 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe' }], 3);
  expect(text.split('\n')).toEqual([
    MARKER,
    'Holdshort recorded the sessions that worked on this pull request.',
    '',
    '| session | engineer | assistant | approved by | commit |',
    '|---|---|---|---|---|',
    '| [<code>ses&#95;1</code>](https://holdshort.test/sessions/ses_1) | <code>alice</code> | <code>alice</code> | <code>alice</code> | <code>c0ffee0c0ffe</code> |',
    '',
    'And 3 more.',
  ]);
});

it('a person’s own work has no assistant, and what nobody approved no approver', () => {
  const text = checkSummary({ ...told('alice'), assistant: '', approvers: [] });
  expect(text).toContain('| assistant | none |');
  expect(text).toContain('| approved by | - |');
});
