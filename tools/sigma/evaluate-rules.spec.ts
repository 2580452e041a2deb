import { evaluateRules } from './evaluate-rules.js';
import type { Json } from './field-values.js';
import { readRules } from './read-rules.js';
import { SigmaError } from './sigma-error.js';

const META = 'id: 7f1c3a52-0b3e-4b7e-9a39-0a8a1c2f7d10\nlevel: low\nlogsource: { product: holdshort }';

const rule = (detection: string, name = 'one'): string =>
  `title: ${name}\nname: ${name}\n${META}\ndetection: ${detection}`;

const at = (minute: number, rest: Json): Json => ({
  time: new Date(Date.parse('2026-01-31T09:00:00Z') + minute * 60_000).toISOString(),
  ...rest,
});

/** Whether a selection of these lines matches. */
const matches = (lines: string, event: Json): boolean =>
  evaluateRules(readRules(rule(`{ selection: ${lines}, condition: selection }`)), [at(0, event)]).length > 0;

describe('a selection', () => {
  it.each<[string, Json, boolean]>([
    ['{ a: x }', { a: 'x' }, true],
    ['{ a: x }', { a: 'X' }, true],
    ['{ a|cased: x }', { a: 'X' }, false],
    ['{ a: x }', { a: 'xy' }, false],
    ['{ a: x }', {}, false],
    ['{ a: [x, y] }', { a: 'y' }, true],
    ['{ a: x, b: y }', { a: 'x', b: 'z' }, false],
    ['[{ a: x }, { b: y }]', { a: 'z', b: 'y' }, true],
    ['{ a.b: x }', { a: { b: 'x' } }, true],
    ['{ a.b: x }', { a: [{ b: 'w' }, { b: 'x' }] }, true],
    ['{ a: x }', { a: ['w', 'x'] }, true],
    ['{ a: 200 }', { a: 200 }, true],
    ['{ a: 200 }', { a: '200' }, false],
    ['{ a: "200" }', { a: 200 }, true],
    ['{ a: true }', { a: true }, true],
    ['{ a: true }', { a: 'true' }, false],
    ['{ a: null }', {}, true],
    ['{ a: null }', { a: null }, true],
    ['{ a: null }', { a: 'x' }, false],
    ["{ a: 'x*z' }", { a: 'xyyz' }, true],
    ["{ a: 'x?z' }", { a: 'xyyz' }, false],
    ["{ a: 'x\\*z' }", { a: 'xyyz' }, false],
    ["{ a: 'x\\*z' }", { a: 'x*z' }, true],
    ["{ a: 'x.z' }", { a: 'xyz' }, false],
    ["{ a|contains: '.github/' }", { a: 'x/.github/y' }, true],
    ["{ a|contains: '.github/' }", { a: 'x/agithub/y' }, false],
    ['{ a|startswith: refs/tags/ }', { a: 'refs/tags/v1' }, true],
    ['{ a|startswith: refs/tags/ }', { a: 'x/refs/tags/v1' }, false],
    ['{ a|endswith: [.pem, .key] }', { a: 'x.key' }, true],
    ['{ a|contains|all: [x, y] }', { a: 'y and x' }, true],
    ['{ a|contains|all: [x, y] }', { a: 'x' }, false],
    ['{ a|all: [x, y] }', { a: ['y', 'x'] }, true],
    ["{ a|re: '^T(2[0-3]|0[0-5]):' }", { a: 'T23:10' }, true],
    ["{ a|re: '^T(2[0-3]|0[0-5]):' }", { a: 'T09:10' }, false],
    ["{ a|re: 'abc' }", { a: 'xABCx' }, false],
    ["{ a|re|i: 'abc' }", { a: 'xABCx' }, true],
    ['{ a|exists: true }', { a: {} }, true],
    ['{ a|exists: true }', { a: null }, false],
    ['{ a|exists: false }', {}, true],
    ['{ a|gte: 3 }', { a: 3 }, true],
    ['{ a|gt: 3 }', { a: 3 }, false],
    ['{ a|lt: 3 }', { a: 2 }, true],
    ['{ a|lte: 3 }', { a: '2' }, false],
    ['{ a|cidr: 10.0.0.0/8 }', { a: '10.2.3.4' }, true],
    ['{ a|cidr: 10.0.0.0/8 }', { a: '11.2.3.4' }, false],
    ['{ a|cidr: 2001:db8::/32 }', { a: '2001:db8::1' }, true],
    ['{ a|cidr: 10.0.0.0/8 }', { a: 'example.com' }, false],
    ['{ __proto__: x }', {}, false],
  ])('%s and %j: %s', (lines, event, expected) => {
    expect(matches(lines, event)).toBe(expected);
  });
});

describe('a condition', () => {
  const selections = 'sel_a: { a: 1 }, sel_b: { b: 1 }, filter: { c: 1 }';
  const fires = (condition: string, event: Json): boolean =>
    evaluateRules(readRules(rule(`{ ${selections}, condition: ${condition} }`)), [at(0, event)]).length > 0;

  it.each<[string, Json, boolean]>([
    ['1 of sel_* and not filter', { b: 1 }, true],
    ['1 of sel_* and not filter', { b: 1, c: 1 }, false],
    ['all of sel_* and not filter', { b: 1 }, false],
    ['all of sel_* and not filter', { a: 1, b: 1 }, true],
    ['1 of them', { c: 1 }, true],
    ['all of them', { a: 1, b: 1 }, false],
    ['sel_a or sel_b and filter', { a: 1 }, true],
    ['(sel_a or sel_b) and filter', { a: 1 }, false],
    ['not (sel_a or sel_b) and filter', { c: 1 }, true],
    ['not not sel_a and sel_b or filter', { a: 1, b: 1 }, true],
  ])('%s and %j: %s', (condition, event, expected) => {
    expect(fires(condition, event)).toBe(expected);
  });

  it.each([
    'sel_a',
    '1 of other_*',
    'sel_a or sel_b or filter |',
    'sel_a sel_b filter',
    'none',
    '2 of them',
    '',
    'sel_a and',
  ])('"%s" is refused', (condition) => {
    expect(() => fires(`"${condition}"`, {})).toThrow(SigmaError);
  });
});

describe('a correlation', () => {
  const correlation = (body: string): string =>
    `title: many\nid: 0b7cbe0c-6b39-4f6e-9d6b-7a0a4f4d4f11\nlevel: high\ncorrelation: ${body}`;
  const fires = (body: string, events: readonly Json[], ...bases: string[]) =>
    evaluateRules(readRules([...bases, correlation(body)].join('\n---\n')), events).map(({ time, group }) => [
      time.slice(11, 16),
      ...group,
    ]);
  const one = rule('{ s: { type: one }, condition: s }', 'one');
  const two = rule('{ s: { type: two }, condition: s }', 'two');
  const events = (...list: [minute: number, type: string, who?: string, more?: Json][]): Json[] =>
    list.map(([minute, type, who, more]) => at(minute, { type, ...(who === undefined ? {} : { who }), ...more }));

  it('event_count: so many within the time, in one group, at once only', () => {
    const body = '{ type: event_count, rules: [one], group-by: [who], timespan: 10m, condition: { gte: 3 } }';
    expect(fires(body, events([0, 'one', 'a'], [5, 'one', 'a'], [10, 'one', 'a'], [11, 'one', 'a']), one)).toEqual([
      ['09:10', 'a'],
    ]);
    expect(fires(body, events([0, 'one', 'a'], [5, 'one', 'a'], [11, 'one', 'a']), one)).toEqual([]);
    expect(fires(body, events([0, 'one', 'a'], [1, 'one', 'b'], [2, 'one', 'a']), one)).toEqual([]);
    expect(fires(body, events([0, 'one'], [1, 'one'], [2, 'one']), one)).toEqual([]);
    expect(fires(body, events([9, 'one', 'a'], [1, 'one', 'a'], [5, 'one', 'a']), one)).toEqual([['09:09', 'a']]);
  });

  it('event_count: gt is one more than gte', () => {
    const body = '{ type: event_count, rules: [one], group-by: [who], timespan: 10m, condition: { gt: 1 } }';
    expect(fires(body, events([0, 'one', 'a']), one)).toEqual([]);
    expect(fires(body, events([0, 'one', 'a'], [1, 'one', 'a']), one)).toEqual([['09:01', 'a']]);
  });

  it('value_count: different values only', () => {
    const body =
      '{ type: value_count, rules: [one], group-by: [who], timespan: 1h, condition: { field: repo, gte: 2 } }';
    const read = (minute: number, repo: string): Json => at(minute, { type: 'one', who: 'a', repo });
    expect(fires(body, [read(0, 'x'), read(1, 'x')], one)).toEqual([]);
    expect(fires(body, [read(0, 'x'), read(1, 'y')], one)).toEqual([['09:01', 'a']]);
  });

  it('temporal: all of the rules, in any order; temporal_ordered: in theirs', () => {
    const of = (type: string) => `{ type: ${type}, rules: [one, two], group-by: [who], timespan: 10m }`;
    const wrongWay = events([0, 'two', 'a'], [3, 'one', 'a']);
    expect(fires(of('temporal'), wrongWay, one, two)).toEqual([['09:03', 'a']]);
    expect(fires(of('temporal_ordered'), wrongWay, one, two)).toEqual([]);
    const rightWay = events([0, 'two', 'a'], [3, 'one', 'a'], [12, 'two', 'a']);
    expect(fires(of('temporal_ordered'), rightWay, one, two)).toEqual([['09:12', 'a']]);
    expect(fires(of('temporal_ordered'), events([0, 'one', 'a'], [11, 'two', 'a']), one, two)).toEqual([]);
    expect(fires(of('temporal_ordered'), events([0, 'one', 'a'], [1, 'two', 'b']), one, two)).toEqual([]);
  });

  it('aliases: other fields of other rules count as one', () => {
    const body =
      '{ type: temporal_ordered, rules: [one, two], group-by: [person], timespan: 10m, aliases: { person: { one: who, two: by } } }';
    expect(fires(body, [at(0, { type: 'one', who: 'a' }), at(1, { type: 'two', by: 'a' })], one, two)).toEqual([
      ['09:01', 'a'],
    ]);
    expect(fires(body, [at(0, { type: 'one', who: 'a' }), at(1, { type: 'two', by: 'b' })], one, two)).toEqual([]);
  });

  it('an event with several values of a grouping field counts for each of them', () => {
    const body = '{ type: event_count, rules: [one], group-by: [who], timespan: 10m, condition: { gte: 2 } }';
    const both = at(0, { type: 'one', who: ['a', 'b'] });
    expect(fires(body, [both, at(1, { type: 'one', who: 'b' })], one)).toEqual([['09:01', 'b']]);
  });

  const good = { type: 'event_count', rules: ['one'], 'group-by': ['who'], timespan: '5m', condition: { gte: 2 } };
  it.each<[string, object]>([
    ['another type', { type: 'value_avg' }],
    ['a bound from above', { condition: { lte: 2 } }],
    ['two bounds', { condition: { gte: 2, gt: 1 } }],
    ['a bound of none', { condition: { gte: 0 } }],
    ['no condition', { condition: undefined }],
    ['a field that is not counted', { condition: { gte: 2, field: 'x' } }],
    ['no field to count', { type: 'value_count' }],
    ['a timespan in another unit', { timespan: '5w' }],
    ['no grouping', { 'group-by': undefined }],
    ['a rule twice', { rules: ['one', 'one'] }],
    ['a rule that is not there', { rules: ['three'] }],
    ['an order of one', { type: 'temporal_ordered', condition: undefined }],
    ['an alias without a field for each rule', { aliases: { who: {} } }],
    ['a member that is not known', { window: 'tumbling' }],
  ])('with %s is refused', (_, change) => {
    const twice = events([0, 'one', 'a'], [1, 'one', 'a']);
    expect(fires(JSON.stringify(good), twice, one)).toHaveLength(1);
    expect(() => fires(JSON.stringify({ ...good, ...change }), twice, one)).toThrow(SigmaError);
  });

  it('rules of a correlation raise nothing of their own', () => {
    const body = '{ type: event_count, rules: [one], group-by: [who], timespan: 10m, condition: { gte: 2 } }';
    const alerts = evaluateRules(
      readRules([one, two, correlation(body)].join('\n---\n')),
      events([0, 'one'], [1, 'two']),
    );
    expect(alerts.map(({ title }) => title)).toEqual(['two']);
  });
});

describe('what is not known is refused, not passed over', () => {
  it.each([
    ['a modifier', '{ s: { a|base64: x }, condition: s }'],
    ['a modifier of later versions', '{ s: { a|neq: x }, condition: s }'],
    ['two modifiers that compare', '{ s: { a|contains|startswith: x }, condition: s }'],
    ['a flag without an expression', '{ s: { a|i: x }, condition: s }'],
    ['a modifier twice', '{ s: { a|all|all: [x, y] }, condition: s }'],
    ['all of one value', '{ s: { a|contains|all: x }, condition: s }'],
    ['exists with a text', '{ s: { a|exists: "yes" }, condition: s }'],
    ['a number of a text', '{ s: { a|gt: "3" }, condition: s }'],
    ['a text of a number', '{ s: { a|contains: 3 }, condition: s }'],
    ['an expression with a look-ahead', "{ s: { a|re: '(?=x)' }, condition: s }"],
    ['an expression that is none', "{ s: { a|re: '(' }, condition: s }"],
    ['a network that is none', '{ s: { a|cidr: 10.0.0.0/99 }, condition: s }'],
    ['no value', '{ s: { a: [] }, condition: s }'],
    ['a value that is a map', '{ s: { a: { b: c } }, condition: s }'],
    ['keywords', '{ s: [x, y], condition: s }'],
    ['an empty selection', '{ s: {}, condition: s }'],
    ['several conditions', '{ s: { a: x }, condition: [s, s] }'],
    ['a timeframe', '{ s: { a: x }, timeframe: 5m, condition: s }'],
  ])('%s', (_, detection) => {
    expect(() => evaluateRules(readRules(rule(detection)), [at(0, {})])).toThrow(SigmaError);
  });

  it.each([
    ['a member of the rule', `${rule('{ s: { a: x }, condition: s }')}\nseverity: 3`],
    ['a member twice', `${rule('{ s: { a: x }, condition: s }')}\ntitle: again`],
    ['no id', 'title: x\nlevel: low\nlogsource: {}\ndetection: { s: { a: x }, condition: s }'],
    ['a level', rule('{ s: { a: x }, condition: s }').replace('level: low', 'level: urgent')],
    ['an action of the first version', 'action: global\ntitle: x'],
    ['no map', '- a\n- b'],
    ['nothing', ''],
  ])('%s', (_, yaml) => {
    expect(() => readRules(yaml)).toThrow(SigmaError);
  });

  it('an event without a time', () => {
    expect(() => evaluateRules(readRules(rule('{ s: { a: x }, condition: s }')), [{ a: 'x' }])).toThrow(SigmaError);
  });
});
