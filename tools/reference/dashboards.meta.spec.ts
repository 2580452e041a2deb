import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { PROCESS_METRICS } from '../../libs/telemetry/src/metrics.js';
import { METRIC_TABLES } from './metrics-page.js';

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));
/** What Prometheus adds to every series. */
const OF_THE_SCRAPE = ['instance', 'job'];

/** Labels of each series that a scrape can bring, with their values where those are listed. */
const SERIES = new Map<string, Readonly<Record<string, readonly string[] | undefined>>>();
for (const [name, row] of Object.values(METRIC_TABLES).flatMap(Object.entries)) {
  const labels = row.labels ?? {};
  if (row.kind !== 'histogram') SERIES.set(name, labels);
  else for (const end of ['bucket', 'sum', 'count']) SERIES.set(`${name}_${end}`, { ...labels, le: undefined });
}
for (const [name, { labels = [] }] of Object.entries(PROCESS_METRICS))
  SERIES.set(name, Object.fromEntries(labels.map((label) => [label, undefined])));

interface Matcher {
  label: string;
  op: string;
  value: string;
}

interface Query {
  isWhole: boolean;
  selectors: { metric: string; matchers: Matcher[] }[];
  grouping: string[];
}

/** What a PromQL expression asks for; by the grammar of Prometheus' own editor. */
function read(expression: string): Query {
  const query: Query = { isWhole: true, selectors: [], grouping: [] };
  const text = (node: { from: number; to: number }): string => expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) query.isWhole = false;
      if (node.name === 'VectorSelector') query.selectors.push({ metric: '', matchers: [] });
      if (node.name === 'Identifier' && node.matchContext(['VectorSelector']))
        query.selectors.at(-1)!.metric = text(node);
      if (node.name === 'UnquotedLabelMatcher') {
        const [, label = '', op = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(text(node)) ?? [];
        query.selectors.at(-1)!.matchers.push({ label, op, value });
      }
      if (node.name === 'LabelName' && node.matchContext(['GroupingLabels'])) query.grouping.push(text(node));
    },
  });
  return query;
}

function problemsOf(expression: string): string[] {
  const { isWhole, selectors, grouping } = read(expression);
  if (!isWhole) return [`cannot be parsed: ${expression}`];
  const labels = selectors.flatMap(({ metric }) => Object.keys(SERIES.get(metric) ?? {}));
  return [
    ...(selectors.length === 0 ? [`asks for nothing: ${expression}`] : []),
    ...selectors.flatMap(({ metric, matchers }) =>
      SERIES.has(metric)
        ? matchers.flatMap((matcher) => problemOfMatcher(metric, matcher))
        : [`${metric} is not declared`],
    ),
    ...grouping.filter((label) => ![...labels, ...OF_THE_SCRAPE].includes(label)).map((label) => `no label ${label}`),
  ];
}

function problemOfMatcher(metric: string, { label, op, value }: Matcher): string[] {
  if (OF_THE_SCRAPE.includes(label)) return [];
  const declared = SERIES.get(metric) ?? {};
  if (!(label in declared)) return [`${metric} has no label ${label}`];
  const alternatives = op.endsWith('~') ? value.split('|') : [value];
  return alternatives
    .filter((text) => {
      const isMatch = (known: string): boolean =>
        op.endsWith('~') ? new RegExp(`^(?:${text})$`).test(known) : known === text;
      return !(declared[label] ?? []).some(isMatch);
    })
    .map((text) => `${metric}: no value of ${label} is ${text}`);
}

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string }[];
}
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: { query: string | { query: string } }[] };
}

const DASHBOARDS = readdirSync(`${DEPLOY}grafana`)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(`${DEPLOY}grafana/${file}`, 'utf8')) as Dashboard] as const);

/** As Grafana fills it in. */
const filled = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*');

describe.each(DASHBOARDS)('deploy/grafana/%s', (_file, dashboard) => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it.each(panels.map((panel) => [panel.title, panel] as const))('%s asks for what is exposed', (_title, panel) => {
    expect(panel.targets?.length).toBeGreaterThan(0);
    expect(panel.targets?.flatMap(({ expr }) => problemsOf(filled(expr)))).toEqual([]);
  });

  it('chooses its instances by a series that is exposed', () => {
    const queries = dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? '' : query.query));
    const metrics = queries.flatMap((query) => /^label_values\((\w+), instance\)$/.exec(query)?.[1] ?? []);
    expect(metrics).toHaveLength(1);
    expect(metrics.filter((metric) => !SERIES.has(metric))).toEqual([]);
  });
});

it('there is a dashboard for each process, with names of their own', () => {
  expect(DASHBOARDS.map(([file]) => file)).toEqual(['agent.json', 'audit-ingest.json', 'control-plane.json']);
  expect(new Set(DASHBOARDS.map(([, { uid }]) => uid)).size).toBe(3);
});

it('each metric of ours is shown or watched', () => {
  const asked = [
    ...DASHBOARDS.flatMap(([, { panels }]) =>
      panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => filled(expr))),
    ),
    ...RULES.map(({ expr }) => expr),
  ].flatMap((expression) => read(expression).selectors.map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, '')));
  const own = Object.values(METRIC_TABLES).flatMap((rows) => Object.keys(rows));
  expect(own.filter((name) => !asked.includes(name))).toEqual([]);
});

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; action: string };
}

const RULES = (
  parse(readFileSync(`${DEPLOY}prometheus/rules.yaml`, 'utf8')) as { groups: { name: string; rules: Rule[] }[] }
).groups.flatMap(({ rules }) => rules);

describe('deploy/prometheus/rules.yaml', () => {
  it.each(RULES.map((rule) => [rule.alert, rule] as const))('%s', (alert, rule) => {
    expect(problemsOf(rule.expr)).toEqual([]);
    expect(alert).toMatch(/^Holdshort[A-Z][A-Za-z]+$/);
    expect(rule.for).toMatch(/^\d+m$/);
    expect(['warning', 'critical']).toContain(rule.labels.severity);
    expect(rule.annotations.summary).toMatch(/\.$/);
    expect(rule.annotations.action.length).toBeGreaterThan(20);
    const used = [...rule.annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    const { selectors } = read(rule.expr);
    const known = selectors.flatMap(({ metric }) => [...Object.keys(SERIES.get(metric) ?? {}), ...OF_THE_SCRAPE]);
    expect(used.filter((label) => !known.includes(label ?? ''))).toEqual([]);
  });

  it('has names of their own', () => {
    expect(new Set(RULES.map(({ alert }) => alert)).size).toBe(RULES.length);
  });
});

it.each([
  ['rate(holdshort_agent_weather_total[5m])', 'holdshort_agent_weather_total is not declared'],
  ['sum by (surface (holdshort_agent_calls_total)', 'cannot be parsed: sum by (surface (holdshort_agent_calls_total)'],
  ['holdshort_agent_calls_total{color="red"}', 'holdshort_agent_calls_total has no label color'],
  ['holdshort_agent_calls_total{surface="fax"}', 'holdshort_agent_calls_total: no value of surface is fax'],
  ['holdshort_agent_calls_total{surface=~"git|fax.*"}', 'holdshort_agent_calls_total: no value of surface is fax.*'],
  ['sum by (color) (holdshort_agent_calls_total)', 'no label color'],
  ['holdshort_agent_call_duration_seconds', 'holdshort_agent_call_duration_seconds is not declared'],
  ['1 + 1', 'asks for nothing: 1 + 1'],
])('finds what is wrong with %s', (expression, problem) => {
  expect(problemsOf(expression)).toEqual([problem]);
});
