import { HoldshortError } from '@holdshort/errors';

/** Deeper than any body of GitHub's API; what nests deeper is an attack on the reader. */
const MAX_DEPTH = 64;

const malformed = (what: string, offset: number): HoldshortError =>
  new HoldshortError('request_malformed', `The body is not plain JSON: ${what} at character ${offset}.`, {
    advice: 'Send one JSON value, with each name once in its object.',
  });

const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// RFC 8259 forbids raw control characters in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const LITERALS: readonly [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class StrictJsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) throw malformed('something after the value', this.#at);
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skip(): void {
    this.#match(WHITESPACE);
  }

  /** Whether the character stands here; it is consumed if so. */
  #accept(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw malformed(`expected ${character}`, this.#at);
  }

  #value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw malformed(`nested deeper than ${MAX_DEPTH}`, this.#at);
    if (this.#accept('{')) return this.#object(depth);
    if (this.#accept('[')) return this.#array(depth);
    return this.#text[this.#at] === '"' ? this.#string() : this.#scalar();
  }

  #scalar(): unknown {
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) return ((this.#at += word.length), value);
    }
    const start = this.#at;
    const number = Number(this.#match(NUMBER) ?? Number.NaN);
    if (!Number.isFinite(number)) throw malformed('no value, or a number out of range', start);
    return number;
  }

  #string(): string {
    const start = this.#at;
    const raw = this.#match(STRING);
    if (raw === undefined) throw malformed('an unfinished or badly escaped text', start);
    return JSON.parse(raw) as string;
  }

  #array(depth: number): unknown[] {
    const values: unknown[] = [];
    if (this.#accept(']')) return values;
    do values.push(this.#value(depth + 1));
    while (this.#accept(','));
    this.#expect(']');
    return values;
  }

  #object(depth: number): Record<string, unknown> {
    // Without a prototype, so that "__proto__" is a name like any other.
    const members = Object.create(null) as Record<string, unknown>;
    if (this.#accept('}')) return members;
    do this.#member(members, depth);
    while (this.#accept(','));
    this.#expect('}');
    return members;
  }

  #member(members: Record<string, unknown>, depth: number): void {
    this.#skip();
    const start = this.#at;
    if (this.#text[start] !== '"') throw malformed('expected a name', start);
    const name = this.#string();
    if (Object.hasOwn(members, name))
      throw malformed(`the name ${JSON.stringify(name.slice(0, 40))} a second time`, start);
    this.#expect(':');
    members[name] = this.#value(depth + 1);
  }
}

/**
 * JSON that every reader takes for the same value (RFC 8259 with I-JSON's ban on repeated names):
 * a gateway must not judge the first of two equal names while GitHub obeys the second.
 * @throws HoldshortError `request_malformed` with the character offset
 */
export const parseStrictJson = (text: string): unknown => new StrictJsonReader(text).read();
