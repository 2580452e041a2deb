import { BlockList } from 'node:net';
import { fieldExists, fieldValues, isScalar, type Json, type Scalar } from './field-values.js';
import { SigmaError } from './sigma-error.js';

/** Whether an event has what one line of a selection asks for. */
export type Test = (event: Json) => boolean;

type ValueTest = (value: Scalar) => boolean;

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
};
const PLACES = ['contains', 'startswith', 'endswith'] as const;
const OPERATORS: ReadonlySet<string> = new Set([...PLACES, ...Object.keys(COMPARISONS), 're', 'cidr', 'exists']);
const OPTIONS: ReadonlySet<string> = new Set(['all', 'cased', 'i', 'm', 's']);

/**
 * One line of a selection, e.g. `push.ref|startswith: refs/tags/`, as a test.
 * Sigma rules specification 2.1, https://sigmahq.io/sigma-specification/: modifiers that are not named here are refused.
 * @throws SigmaError
 */
export function fieldTest(line: string, given: unknown): Test {
  const [field = '', ...modifiers] = line.split('|');
  const { operator, options } = readModifiers(line, modifiers);
  if (field === '') throw new SigmaError(`${line}: keywords without a field are not known here`);
  const values = (Array.isArray(given) ? given : [given]) as unknown[];
  if (values.length === 0 || !values.every(isScalar)) throw new SigmaError(`${line}: values must be scalars`);
  if (operator === 'exists') return existsTest(line, field, values);
  const tests = values.map((value) => valueTest(line, { operator, options, value }));
  if (options.has('all') && tests.length < 2) throw new SigmaError(`${line}: all needs two values`);
  const wantsNone = values.includes(null);
  return (event) => {
    const found = fieldValues(event, field);
    if (found.length === 0) return wantsNone && !options.has('all');
    return options.has('all') ? tests.every((test) => found.some(test)) : tests.some((test) => found.some(test));
  };
}

function readModifiers(line: string, modifiers: readonly string[]): { operator: string; options: Set<string> } {
  const operators = modifiers.filter((name) => OPERATORS.has(name));
  const options = new Set(modifiers.filter((name) => OPTIONS.has(name)));
  if (operators.length + options.size !== modifiers.length)
    throw new SigmaError(`${line}: a modifier is not known here, or stands twice`);
  const [operator = 'equals', ...more] = operators;
  if (more.length > 0) throw new SigmaError(`${line}: two modifiers that compare`);
  const isText = operator === 'equals' || PLACES.some((name) => name === operator);
  if (['i', 'm', 's'].some((flag) => options.has(flag)) && operator !== 're')
    throw new SigmaError(`${line}: i, m and s belong to re`);
  if (options.has('cased') && !isText) throw new SigmaError(`${line}: cased belongs to texts`);
  if (options.has('all') && operator === 'exists') throw new SigmaError(`${line}: all does not go with exists`);
  return { operator, options };
}

function existsTest(line: string, field: string, values: readonly Scalar[]): Test {
  const [wanted, ...more] = values;
  if (typeof wanted !== 'boolean' || more.length > 0) throw new SigmaError(`${line}: exists takes true or false`);
  return (event) => fieldExists(event, field) === wanted;
}

interface Wanted {
  operator: string;
  options: ReadonlySet<string>;
  value: Scalar;
}

function valueTest(line: string, { operator, options, value }: Wanted): ValueTest {
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (compare) {
    if (typeof value !== 'number') throw new SigmaError(`${line}: ${operator} takes a number`);
    return (found) => typeof found === 'number' && compare(found, value);
  }
  if (operator === 'equals' && typeof value !== 'string') return (found) => found === value;
  if (typeof value !== 'string') throw new SigmaError(`${line}: ${operator} takes a text`);
  if (operator === 're') return expressionTest(line, value, options);
  if (operator === 'cidr') return cidrTest(line, value);
  const pattern = wildcards(value, operator);
  const expression = new RegExp(`^${pattern}$`, options.has('cased') ? 'su' : 'siu');
  return (found) => found !== null && expression.test(String(found));
}

/** `*` is any text, `?` any one character, `\` takes either literally. */
function wildcards(value: string, operator: string): string {
  const tokens = value.match(/\\[*?\\]|[^]/gu) ?? [];
  const body = tokens.map((token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    const literal = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token;
    return literal.replace(/[\\^$.*+?()[\]{}|/-]/gu, String.raw`\$&`).replace(String.raw`\-`, '-');
  });
  const before = operator === 'contains' || operator === 'endswith' ? '.*' : '';
  const after = operator === 'contains' || operator === 'startswith' ? '.*' : '';
  return `${before}${body.join('')}${after}`;
}

/** Sigma's common ground of regular expressions has no groups with `?` and no back references. */
function expressionTest(line: string, value: string, options: ReadonlySet<string>): ValueTest {
  if (/\(\?|\\[1-9k]/.test(value)) throw new SigmaError(`${line}: only what all backends know of expressions`);
  const flags = ['i', 'm', 's'].filter((flag) => options.has(flag)).join('');
  try {
    const expression = new RegExp(value, `${flags}u`);
    return (found) => found !== null && expression.test(String(found));
  } catch {
    throw new SigmaError(`${line}: not a regular expression`);
  }
}

function cidrTest(line: string, value: string): ValueTest {
  const [network = '', bits = ''] = value.split('/');
  const list = new BlockList();
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  try {
    if (!/^\d+$/.test(bits)) throw new RangeError(bits);
    list.addSubnet(network, Number(bits), family);
  } catch {
    throw new SigmaError(`${line}: not a network`);
  }
  return (found) => typeof found === 'string' && list.check(found, found.includes(':') ? 'ipv6' : 'ipv4');
}
