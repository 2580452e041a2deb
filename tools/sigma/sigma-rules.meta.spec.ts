import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPE_NAMES, toOcsf, verifyChain, type AuditEvent, type EventType } from '@holdshort/audit-events';
import { isReasonCode } from '@holdshort/errors';
import { OPERATION_CLASSES } from '@holdshort/github-operations';
import { requireValidEvents } from '@holdshort/testkit/events';
import { catalogueFields } from './pack/catalogue-fields.js';
import { evaluateRules } from './evaluate-rules.js';
import { readRules, type SigmaRule } from './read-rules.js';
import { recordingFiles } from './recordings/recording-files.js';
import { SCENARIOS } from './recordings/scenarios.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = `${ROOT}deploy/siem/sigma/`;
const text = (file: string): string => readFileSync(file, 'utf8');

const names = readdirSync(RULES)
  .filter((file) => file.endsWith('.yml'))
  .map((file) => file.slice(0, -'.yml'.length));
const rulesOf = (name: string): SigmaRule[] => readRules(text(`${RULES}${name}.yml`));
const all = names.flatMap(rulesOf);

const recording = (name: string, kind: 'positive' | 'negative'): (AuditEvent & Record<string, unknown>)[] =>
  text(`${RULES}recordings/${name}.${kind}.ndjson`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent & Record<string, unknown>);

/** The rules of a file that are to raise alerts: its correlation, or what stands alone. */
const raising = (rules: readonly SigmaRule[]): string[] => {
  const correlations = rules.filter(({ kind }) => kind === 'correlation');
  return (correlations.length > 0 ? correlations : rules).map(({ title }) => title);
};

it('there are at least twelve', () => {
  expect(names.length).toBeGreaterThanOrEqual(12);
});

describe.each(names)('%s', (name) => {
  it('fires on its positive recording, and nothing else of the file does', () => {
    const fired = evaluateRules(rulesOf(name), recording(name, 'positive')).map(({ title }) => title);
    expect([...new Set(fired)]).toEqual(raising(rulesOf(name)));
  });

  it('is silent on its negative recording', () => {
    expect(evaluateRules(rulesOf(name), recording(name, 'negative'))).toEqual([]);
  });

  it.each(['positive', 'negative'] as const)('its %s recording is of events as they are', async (kind) => {
    const events = recording(name, kind);
    expect(() => requireValidEvents(events)).not.toThrow();
    expect(events.map((event) => toOcsf(event)?.metadata.uid)).toEqual(events.map(({ id }) => id));
    expect(await verifyChain(events)).toMatchObject({ ok: true, events: events.length });
  });

  it('has one rule that raises, with all that a reader of its alert asks for', () => {
    const rules = rulesOf(name);
    expect(raising(rules)).toHaveLength(1);
    for (const { document, level, kind } of rules) {
      const { id, status, description, references, author, date, tags, falsepositives, logsource } = document;
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect([status, author]).toEqual(['test', 'Holdshort']);
      expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(description).toMatch(/\w/);
      for (const list of [references, tags, falsepositives])
        expect(list).toEqual(expect.arrayContaining([expect.any(String)]));
      for (const tag of tags as string[]) expect(tag).toMatch(/^attack\.(t\d{4}(\.\d{3})?|[a-z]+(-[a-z]+)*)$/);
      if (kind === 'detection') expect(logsource).toEqual({ product: 'holdshort', service: 'audit' });
      expect(level).toMatch(/\w/);
    }
  });

  it('refers to pages that are there', () => {
    for (const { document } of rulesOf(name))
      for (const page of document['references'] as string[]) expect(text(`${ROOT}${page}`)).not.toBe('');
  });
});

it('docs/siem.md lists each file with the level of what it raises', () => {
  const listed = [...text(`${ROOT}docs/siem.md`).matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, level]) => [
    name,
    level,
  ]);
  const wanted = names.map((name) => [name, rulesOf(name).at(-1)?.level]);
  expect(listed.sort()).toEqual(wanted.sort());
});

it('ids, names and titles are given once', () => {
  for (const key of ['id', 'name', 'title'] as const) {
    const given = all.flatMap((rule) => rule[key] ?? []);
    expect(new Set(given).size).toBe(given.length);
  }
});

it('every recording is that of a rule, and as its scenario makes it', () => {
  const files = recordingFiles();
  expect(Object.keys(SCENARIOS).sort()).toEqual([...names].sort());
  expect(
    readdirSync(`${RULES}recordings`)
      .map((file) => `deploy/siem/sigma/recordings/${file}`)
      .sort(),
  ).toEqual(Object.keys(files).sort());
  // written by `node tools/write-recordings.mjs`
  for (const [file, expected] of Object.entries(files))
    expect(text(`${ROOT}${file}`) === expected ? '' : file).toBe('');
});

/** Field and values of each line of each selection, with the types that the selection is about. */
interface Line {
  rule: string;
  field: string;
  modifiers: string[];
  values: unknown[];
  types: EventType[];
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);

function linesOf({ document, title }: SigmaRule): Line[] {
  const { condition: _, ...selections } = (document['detection'] ?? {}) as Record<string, unknown>;
  return Object.values(selections)
    .flatMap(asList)
    .flatMap((selection) => {
      const lines = Object.entries(selection as Record<string, unknown>).map(([key, value]) => {
        const [field = '', ...modifiers] = key.split('|');
        return { rule: title, field, modifiers, values: asList(value) };
      });
      const types = typesOf(lines);
      return lines.map((line) => ({ ...line, types }));
    });
}

const typesOf = (lines: readonly Omit<Line, 'types'>[]): EventType[] => {
  const named = lines.find(({ field }) => field === 'type');
  if (!named) return [];
  const isPrefix = named.modifiers.includes('startswith');
  return EVENT_TYPE_NAMES.filter((type) =>
    named.values.some((value) => (isPrefix ? type.startsWith(String(value)) : type === value)),
  );
};

const lines = all.filter(({ kind }) => kind === 'detection').flatMap(linesOf);

/** Fields by which correlations group and count, with the types of the rule that each is of. */
const grouped = all.flatMap((rule) => {
  if (rule.kind !== 'correlation') return [];
  const { rules, groupBy, aliases, field } = rule.correlation;
  return rules.flatMap((name) => {
    const base = all.find((candidate) => candidate.name === name);
    const types = base ? (linesOf(base)[0]?.types ?? []) : [];
    return [...groupBy, ...(field === undefined ? [] : [field])].map((key) => ({
      rule: rule.title,
      field: aliases[key]?.[name] ?? key,
      types,
    }));
  });
});

describe('what rules name is in the catalogue', () => {
  it('every selection says which types of events it is about, and all of them are there', () => {
    for (const { rule, types } of lines) expect({ rule, types }).not.toEqual({ rule, types: [] });
    for (const { rule, field, modifiers, values } of lines.filter((line) => line.field === 'type'))
      if (!modifiers.includes('startswith'))
        for (const value of values)
          expect({ rule, field, value, known: EVENT_TYPE_NAMES.includes(value as EventType) }).toMatchObject({
            known: true,
          });
  });

  it('every type has every field that is asked of it', () => {
    const missing = [...lines, ...grouped].flatMap(({ rule, field, types }) =>
      types.filter((type) => !catalogueFields(type).has(field)).map((type) => `${rule}: ${type} has no ${field}`),
    );
    expect(missing).toEqual([]);
    expect(grouped.length).toBeGreaterThan(20);
  });

  it('every value of a closed list is one of it', () => {
    const LISTS: Readonly<Record<string, (value: string) => boolean>> = {
      'error.code': isReasonCode,
      'request.class': (value) => OPERATION_CLASSES.some((name) => name === value),
    };
    const wrong = lines.flatMap(({ rule, field, modifiers, values, types }) => {
      const lists = types.map((type) => catalogueFields(type).get(field)?.enum);
      const isKnown = LISTS[field] ?? ((value: string) => lists.some((list) => !list || list.includes(value)));
      return modifiers.length > 0
        ? []
        : values
            .filter((value) => !isKnown(String(value)))
            .map((value) => `${rule}: ${field} is never ${String(value)}`);
    });
    expect(wrong).toEqual([]);
  });

  it('every setting that a rule names is documented', () => {
    const settings = text(`${ROOT}docs/reference/settings.md`);
    const named = lines.filter(({ field }) => field === 'detail.changed').flatMap(({ values }) => values.map(String));
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(settings).toContain(`\`${name}`);
  });

  it('every operation that a rule names is one of ours', () => {
    const known = `${text(`${ROOT}docs/reference/operations.md`)}${text(`${ROOT}libs/github-operations/src/git/classify-git.ts`)}${text(`${ROOT}libs/github-operations/src/rest/table.gen.ts`)}`;
    const named = lines
      .filter(({ field }) => field === 'request.operation')
      .flatMap(({ values }) => values.map(String));
    expect(named).toContain('git/upload-pack');
    for (const name of named) expect(known).toContain(name);
  });
});
