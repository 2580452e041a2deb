import { SigmaError } from './sigma-error.js';
import type { Test } from './match-field.js';

/** name -> test of a selection. */
export type Selections = ReadonlyMap<string, Test>;

const TOKEN = /\s*(\(|\)|[A-Za-z_][\w-]*\*?|\d+|\S)/gy;

/**
 * A condition such as `selection and not 1 of filter_*` as a test; `not` binds tighter than `and`, `and` than `or`.
 * @throws SigmaError for what is not of this form, names no selection, or leaves one unused
 */
export function conditionTest(condition: string, selections: Selections): Test {
  const parser = new Parser(condition, selections);
  const test = parser.whole();
  const unused = [...selections.keys()].filter((name) => !parser.used.has(name));
  if (unused.length > 0) throw new SigmaError(`${condition}: ${unused.join(', ')} is not used`);
  return test;
}

class Parser {
  readonly used = new Set<string>();
  private readonly tokens: string[];
  private at = 0;

  constructor(
    private readonly condition: string,
    private readonly selections: Selections,
  ) {
    this.tokens = [...condition.matchAll(TOKEN)].map(([, token = '']) => token);
  }

  whole(): Test {
    const test = this.or();
    if (this.at < this.tokens.length) throw this.unknown();
    return test;
  }

  private or(): Test {
    let left = this.and();
    while (this.take('or')) left = either(left, this.and());
    return left;
  }

  private and(): Test {
    let left = this.not();
    while (this.take('and')) left = both(left, this.not());
    return left;
  }

  private not(): Test {
    if (!this.take('not')) return this.term();
    const test = this.not();
    return (event) => !test(event);
  }

  private term(): Test {
    if (this.take('(')) {
      const inner = this.or();
      if (!this.take(')')) throw this.unknown();
      return inner;
    }
    if (this.tokens[this.at + 1] === 'of') return this.quantified();
    const name = this.next();
    const test = this.selections.get(name);
    if (!test) throw new SigmaError(`${this.condition}: there is no selection ${name}`);
    this.used.add(name);
    return test;
  }

  private quantified(): Test {
    const quantity = this.next();
    this.at += 1;
    const pattern = this.next();
    const tests = this.matching(pattern);
    if (quantity === '1') return (event) => tests.some((test) => test(event));
    if (quantity === 'all') return (event) => tests.every((test) => test(event));
    throw new SigmaError(`${this.condition}: ${quantity} of is not known here`);
  }

  /** `them` are all selections but those whose name begins with an underscore. */
  private matching(pattern: string): Test[] {
    const stem = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
    const found = [...this.selections].filter(([name]) =>
      pattern === 'them' ? !name.startsWith('_') : stem === undefined ? name === pattern : name.startsWith(stem),
    );
    if (found.length === 0) throw new SigmaError(`${this.condition}: no selection is named ${pattern}`);
    for (const [name] of found) this.used.add(name);
    return found.map(([, test]) => test);
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private next(): string {
    const token = this.tokens[this.at];
    if (token === undefined || !/^\w/.test(token)) throw this.unknown();
    this.at += 1;
    return token;
  }

  private unknown(): SigmaError {
    return new SigmaError(`${this.condition}: cannot be read at ${this.tokens[this.at] ?? 'its end'}`);
  }
}

const either =
  (left: Test, right: Test): Test =>
  (event) =>
    left(event) || right(event);
const both =
  (left: Test, right: Test): Test =>
  (event) =>
    left(event) && right(event);
