import fc from 'fast-check';
import { HoldshortError } from '@holdshort/errors';
import { parseStrictJson } from './strict-json.js';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function problem(text: string): string {
  try {
    parseStrictJson(text);
  } catch (thrown) {
    if (thrown instanceof HoldshortError && thrown.code === 'request_malformed') return thrown.message;
    throw thrown;
  }
  return 'parsed';
}

const REFUSED: [text: string, message: string][] = [
  ['{"a":1,"a":2}', 'The body is not plain JSON: the name "a" a second time at character 7.'],
  ['{"a":1,"\\u0061":2}', 'the name "a" a second time at character 7'],
  ['{"x":{"__proto__":1,"__proto__":2}}', 'the name "__proto__" a second time'],
  ['[NaN]', 'no value, or a number out of range at character 1'],
  ['Infinity', 'no value'],
  ['1e999', 'a number out of range'],
  ['01', 'something after the value at character 1'],
  ['+1', 'no value'],
  ['.5', 'no value'],
  ["{'a':1}", 'expected a name at character 1'],
  ['{a:1}', 'expected a name'],
  ['{"a":1,}', 'expected a name at character 7'],
  ['[1,]', 'no value'],
  ['[1', 'expected ]'],
  ['{"a" 1}', 'expected : at character 5'],
  ['"\n"', 'an unfinished or badly escaped text'],
  ['"\\x"', 'an unfinished or badly escaped text'],
  ['"a', 'an unfinished'],
  ['1 2', 'something after the value at character 2'],
  ['/* */1', 'no value'],
  ['\u00a01', 'no value'],
  ['', 'no value'],
  [`${'['.repeat(66)}${']'.repeat(66)}`, 'nested deeper than 64'],
];

describe('parseStrictJson', () => {
  it.each(REFUSED)('refuses %j', (text, message) => {
    expect(problem(text)).toContain(message);
  });

  it('reads what JSON.parse reads, for every value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(plain(parseStrictJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('reads no text that JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[[\]{}":,0-9a\-.eE+ \\nu]{0,20}$/), (text) => {
        if (problem(text) === 'parsed') expect(() => JSON.parse(text) as unknown).not.toThrow();
      }),
      { numRuns: 3000 },
    );
  });

  it('takes __proto__ for a name like any other', () => {
    const value = parseStrictJson('{"__proto__":{"polluted":true}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
