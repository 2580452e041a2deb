import type { Correlation } from './correlation.js';
import { fieldValues, type Json, type Scalar } from './field-values.js';
import type { CorrelationRule, DetectionRule, SigmaRule } from './read-rules.js';
import { SigmaError } from './sigma-error.js';

export interface Alert {
  title: string;
  /** Of the event with which the rule fired. */
  time: string;
  /** Values of `group-by`, in its order; empty for a rule about one event. */
  group: readonly string[];
}

/** One event that a rule of a correlation matched, in one group. */
interface Hit {
  rule: string;
  time: number;
  event: Json;
}

/**
 * What the rules say of these events. Rules to which a correlation refers raise nothing of their own, as `generate`
 * is false by default. A correlation fires once for each group.
 * @param events with a `time` in RFC 3339; in any order
 * @throws SigmaError where a correlation refers to no detection rule
 */
export function evaluateRules(rules: readonly SigmaRule[], events: readonly Json[]): Alert[] {
  const ordered = events.map((event) => ({ event, time: timeOf(event) })).sort((a, b) => a.time - b.time);
  const correlations = rules.filter((rule) => rule.kind === 'correlation');
  const correlated = new Set(
    correlations.flatMap((rule) => rule.correlation.rules.map((name) => detectionNamed(rules, name, rule))),
  );
  const alone = rules.filter((rule) => rule.kind === 'detection').filter((rule) => !correlated.has(rule));
  return [
    ...alone.flatMap(({ title, test }) =>
      ordered.filter(({ event }) => test(event)).map(({ time }) => ({ title, time: text(time), group: [] })),
    ),
    ...correlations.flatMap((rule) => correlate(rule, rules, ordered)),
  ];
}

const text = (time: number): string => new Date(time).toISOString();

function timeOf({ time }: Json): number {
  const at = typeof time === 'string' ? Date.parse(time) : NaN;
  if (Number.isNaN(at)) throw new SigmaError('an event has no time');
  return at;
}

function detectionNamed(rules: readonly SigmaRule[], name: string, { title }: CorrelationRule): DetectionRule {
  const [found, ...more] = rules.filter((rule) => rule.name === name || rule.id === name);
  if (found?.kind !== 'detection' || more.length > 0)
    throw new SigmaError(`${title}: ${name} is not one detection rule of this file`);
  return found;
}

function correlate(
  rule: CorrelationRule,
  rules: readonly SigmaRule[],
  ordered: readonly { event: Json; time: number }[],
): Alert[] {
  const { correlation, title } = rule;
  const groups = new Map<string, Hit[]>();
  for (const name of correlation.rules) {
    const { test } = detectionNamed(rules, name, rule);
    for (const { event, time } of ordered.filter((candidate) => test(candidate.event)))
      for (const key of groupsOf(event, name, correlation)) {
        const hits = groups.get(key) ?? [];
        hits.push({ rule: name, time, event });
        groups.set(key, hits);
      }
  }
  return [...groups].flatMap(([key, hits]) => {
    const time = firesAt(
      hits.sort((a, b) => a.time - b.time),
      correlation,
    );
    return time === undefined ? [] : [{ title, time: text(time), group: JSON.parse(key) as string[] }];
  });
}

/** An event without one of the fields is in no group; one with several values of a field is in several. */
function groupsOf(event: Json, rule: string, { groupBy, aliases }: Correlation): string[] {
  let keys: string[][] = [[]];
  for (const name of groupBy) {
    const field = Object.hasOwn(aliases, name) ? aliases[name]?.[rule] : name;
    const values = distinct(fieldValues(event, field ?? ''));
    keys = keys.flatMap((key) => values.map((value) => [...key, value]));
  }
  return keys.map((key) => JSON.stringify(key));
}

const distinct = (values: readonly Scalar[]): string[] => [
  ...new Set(values.filter((value) => value !== null).map(String)),
];

/** The first moment at which the last `timespan` holds what is asked for. */
function firesAt(hits: readonly Hit[], correlation: Correlation): number | undefined {
  let first = 0;
  for (const [n, { time }] of hits.entries()) {
    while (time - (hits[first]?.time ?? time) > correlation.timespanMs) first += 1;
    if (isMet(hits.slice(first, n + 1), correlation)) return time;
  }
  return undefined;
}

function isMet(window: readonly Hit[], { type, rules, atLeast, field }: Correlation): boolean {
  if (type === 'event_count') return new Set(window.map(({ event }) => event)).size >= atLeast;
  if (type === 'value_count')
    return new Set(window.flatMap(({ event }) => distinct(fieldValues(event, field ?? '')))).size >= atLeast;
  if (type === 'temporal') return rules.every((rule) => window.some((hit) => hit.rule === rule));
  return isInOrder(window, rules);
}

/** Whether hits of all rules come one after the other, in the order of the rules. */
function isInOrder(window: readonly Hit[], rules: readonly string[]): boolean {
  let next = 0;
  let last: Hit | undefined;
  for (const hit of window) {
    if (hit.rule !== rules[next] || hit.event === last?.event) continue;
    next += 1;
    last = hit;
  }
  return next === rules.length;
}
