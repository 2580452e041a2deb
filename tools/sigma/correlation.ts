import { SigmaError } from './sigma-error.js';

/** Sigma correlation rules specification 2.1. */
export interface Correlation {
  type: CorrelationType;
  /** Names or ids, in their order. */
  rules: readonly string[];
  groupBy: readonly string[];
  timespanMs: number;
  /** alias -> rule -> field. */
  aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Count from which on it fires; only of counting types. */
  atLeast: number;
  /** Whose values are counted; only of `value_count`. */
  field: string | undefined;
}

export type CorrelationType = (typeof TYPES)[number];

const TYPES = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const;
const MEMBERS: ReadonlySet<string> = new Set(['type', 'rules', 'group-by', 'timespan', 'aliases', 'condition']);
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

type Fields = Readonly<Record<string, unknown>>;

/** @throws SigmaError */
export function readCorrelation(value: unknown, title: string): Correlation {
  if (!isMap(value)) throw new SigmaError(`${title}: correlation is a map`);
  const unknown = Object.keys(value).filter((key) => !MEMBERS.has(key));
  if (unknown.length > 0) throw new SigmaError(`${title}: ${unknown.join(', ')} is not known here`);
  const type = TYPES.find((name) => name === value['type']);
  if (!type) throw new SigmaError(`${title}: this type of correlation is not known here`);
  const rules = texts(value['rules'], `${title}: rules`);
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (isTemporal && rules.length < 2) throw new SigmaError(`${title}: ${type} needs two rules`);
  return {
    type,
    rules,
    groupBy: texts(value['group-by'], `${title}: group-by`),
    timespanMs: timespan(value['timespan'], title),
    aliases: aliasesOf(value['aliases'] ?? {}, rules, title),
    ...counted(value['condition'], type, title),
  };
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function texts(value: unknown, what: string): string[] {
  const isList = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string');
  if (!isList || new Set(value).size !== value.length) throw new SigmaError(`${what} is a list of different texts`);
  return value;
}

function timespan(value: unknown, title: string): number {
  const [, count, unit] = (typeof value === 'string' ? /^([1-9]\d*)([smhd])$/.exec(value) : null) ?? [];
  if (count === undefined || unit === undefined)
    throw new SigmaError(`${title}: a timespan is a number and s, m, h or d`);
  return Number(count) * (UNITS[unit] ?? NaN);
}

function aliasesOf(value: unknown, rules: readonly string[], title: string): Correlation['aliases'] {
  const isRight =
    isMap(value) &&
    Object.values(value).every(
      (fields) =>
        isMap(fields) &&
        Object.keys(fields).sort().join() === [...rules].sort().join() &&
        Object.values(fields).every((field) => typeof field === 'string'),
    );
  if (!isRight) throw new SigmaError(`${title}: an alias names one field of each rule`);
  return value as Correlation['aliases'];
}

/**
 * Only lower bounds: whatever asks for few, or none, would fire with the first event of a group, and in a SIEM it sees
 * no group that is silent.
 */
function counted(condition: unknown, type: CorrelationType, title: string): Pick<Correlation, 'atLeast' | 'field'> {
  if (type === 'temporal' || type === 'temporal_ordered') {
    if (condition !== undefined) throw new SigmaError(`${title}: ${type} takes no condition here`);
    return { atLeast: 0, field: undefined };
  }
  if (!isMap(condition)) throw new SigmaError(`${title}: ${type} needs a condition`);
  const { field, ...bounds } = condition;
  const named = typeof field === 'string' ? field : undefined;
  if ((type === 'value_count') !== (named !== undefined))
    throw new SigmaError(`${title}: value_count, and no other, names a field`);
  return { atLeast: lowerBound(bounds, title), field: named };
}

function lowerBound(bounds: Fields, title: string): number {
  const [[operator, bound] = [], ...more] = Object.entries(bounds);
  const isBound = (operator === 'gt' || operator === 'gte') && typeof bound === 'number' && Number.isSafeInteger(bound);
  const least = operator === 'gt' ? Number(bound) + 1 : Number(bound);
  if (!isBound || more.length > 0 || least < 1) throw new SigmaError(`${title}: a condition is one of gt and gte`);
  return least;
}
