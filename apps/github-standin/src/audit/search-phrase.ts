import { unprocessable } from '../http/github-error.js';
import type { AuditEntry } from './audit-log.js';

type Test = (entry: AuditEntry) => boolean;

const refused = (term: string): Error =>
  unprocessable('Validation Failed', [{ resource: 'AuditLog', field: 'phrase', code: 'invalid', message: term }]);

/** A day stands for its whole: from its begin, or to its end. */
function timeOf(text: string, end: boolean): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = Date.parse(isDay && end ? `${text}T23:59:59.999Z` : text);
  if (Number.isNaN(time)) throw refused(text);
  return time;
}

/** `A..B`, `>=A`, `>A`, `<=A`, `<A` or a day; as in "Understanding the search syntax". */
function created(value: string): Test {
  const [from, to] = value.split('..');
  if (from !== undefined && to !== undefined) {
    const [first, last] = [from === '*' ? 0 : timeOf(from, false), to === '*' ? Infinity : timeOf(to, true)];
    return ({ '@timestamp': time }) => time >= first && time <= last;
  }
  const [, sign = '', text = ''] = /^(>=|<=|>|<)?(.*)$/.exec(value) ?? [];
  const isUpper = sign.startsWith('<');
  const at = timeOf(text, sign === '>' || sign === '<=');
  if (sign === '') return ({ '@timestamp': time }) => time >= at && time <= timeOf(text, true);
  const holds = {
    '>=': (t: number) => t >= at,
    '>': (t: number) => t > at,
    '<=': (t: number) => t <= at,
    '<': (t: number) => t < at,
  };
  const test = holds[sign as keyof typeof holds];
  return ({ '@timestamp': time }) => (isUpper || time > 0) && test(time);
}

const QUALIFIERS: Readonly<Record<string, (value: string) => Test>> = {
  created,
  action: (value) => (entry) => entry.action === value || entry.action.startsWith(`${value}.`),
  actor: (value) => (entry) => entry['actor'] === value,
  repo: (value) => (entry) => entry['repo'] === value,
  hashed_token: (value) => (entry) => entry['hashed_token'] === value,
};

/** All of the terms must hold. @throws GitHubError 422 for a term that is not one of these */
export function phraseTest(phrase: string): Test {
  const tests = phrase
    .split(/\s+/)
    .filter((term) => term !== '')
    .map((term) => {
      const [, name = '', quoted = ''] = /^(\w+):(.+)$/.exec(term) ?? [];
      const qualifier = Object.hasOwn(QUALIFIERS, name) ? QUALIFIERS[name] : undefined;
      if (!qualifier) throw refused(term);
      return qualifier(quoted.replace(/^"(.*)"$/, '$1'));
    });
  return (entry) => tests.every((test) => test(entry));
}
