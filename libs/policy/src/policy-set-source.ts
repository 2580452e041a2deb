import { createHash } from 'node:crypto';
import { isTimeZone } from './local-time.js';
import { orderedKeys } from './ordered-keys.js';
import { isPlainRepositoryName } from './place-names.js';
import type { PolicyCase } from './policy-case.js';
import type { PolicyProblem } from './policy-problem.js';

/** All that people write of a set. */
export interface PolicySetSource {
  name: string;
  /** Cedar schema; by default the one generated from the intents and the policies' gates. */
  schema?: string;
  access: string;
  obligations: string;
  /** IANA time zone of `context.local`; UTC by default. */
  zone?: string;
  /** Repository sets in which nothing is refused, only recorded; `*` means everywhere. */
  observe?: readonly string[];
  /** Repository sets of this policy beside those of the installation's settings: set -> owner/name. */
  repositorySets?: Readonly<Record<string, readonly string[]>>;
  /** What the set must answer; run whenever it is stored. */
  cases?: readonly PolicyCase[];
}

const withoutCarriageReturns = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

/** Raised when the same words come to mean something else; additions to the schema do not count. */
const FORMAT = 1;

const sorted = (record: PolicySetSource['repositorySets'] = {}): unknown =>
  Object.entries(record)
    .map(([name, members]) => [name, [...members].sort()])
    .sort();

/** `sha256:` and 12 hex digits over everything that the set says and is tested by; its name is left out. */
export function versionOf(source: PolicySetSource): string {
  const texts = [source.schema ?? '', source.access, source.obligations].map(withoutCarriageReturns);
  const settings = [source.zone ?? 'UTC', [...(source.observe ?? [])].sort(), sorted(source.repositorySets)];
  const canonical = JSON.stringify([FORMAT, ...texts, ...settings, orderedKeys(source.cases ?? [])]);
  return `sha256:${createHash('sha256').update(canonical).digest('hex').slice(0, 12)}`;
}

export const schemaHash = (schema: string): string => createHash('sha256').update(schema).digest('hex').slice(0, 12);

const setting = (policy: string, text: string): PolicyProblem => ({ set: 'settings', policy, text });

/** What is wrong beside the policies themselves. */
export function settingProblems({ zone, observe = [], repositorySets = {} }: PolicySetSource): PolicyProblem[] {
  const members = Object.entries(repositorySets).flatMap(([name, list]) => list.map((member) => ({ name, member })));
  return [
    ...(zone === undefined || isTimeZone(zone)
      ? []
      : [setting('zone', `${zone} is not a time zone of the IANA list.`)]),
    ...(observe.includes('') ? [setting('observe', 'A repository set has a name; use * for everywhere.')] : []),
    ...members
      .filter(({ member }) => !isPlainRepositoryName(member))
      .map(({ name, member }) => setting('repository_sets', `${name} lists ${member}, which is not owner/name.`)),
  ];
}
