import { AGENT_METRICS } from '../../apps/agent/src/admin/metrics-table.js';
import { INGEST_METRICS } from '../../apps/audit-ingest/src/metrics-table.js';
import { CONTROL_PLANE_METRICS } from '../../apps/control-plane/src/health/metrics-table.js';
import { EVENT_TYPE_NAMES } from '../../libs/audit-events/src/event-catalogue.js';
import { REASONS } from '../../libs/errors/src/reason-codes.js';
import { PROCESS_METRICS, type MetricRow, type MetricTable } from '../../libs/telemetry/src/metrics.js';
import { cell, code, page, table } from './markdown.js';

/** By process. */
export const METRIC_TABLES: Readonly<Record<'Agent' | 'Control plane' | 'Audit ingest', MetricTable>> = {
  Agent: AGENT_METRICS,
  'Control plane': CONTROL_PLANE_METRICS,
  'Audit ingest': INGEST_METRICS,
};

/** Lists that have a page of their own. */
const LISTED: readonly [link: string, values: readonly string[]][] = [
  ['a [reason code](reasons.md)', Object.keys(REASONS)],
  ['an [event type](events.md)', EVENT_TYPE_NAMES],
];

function valuesText(values: readonly string[]): string {
  const [link, listed] = LISTED.find(([, all]) => all.every((value) => values.includes(value))) ?? ['', []];
  const others = values.filter((value) => !listed.includes(value)).map(code);
  return [...others, ...(link === '' ? [] : [link])].join(', ');
}

const labelsText = ({ labels = {} }: MetricRow): string =>
  Object.entries(labels)
    .map(([label, values]) => `${code(label)}: ${valuesText(values)}`)
    .join('; ');

const row = ([name, metric]: [string, MetricRow]): string[] => [
  code(name),
  metric.kind,
  metric.unit,
  labelsText(metric),
  cell(metric.meaning),
];

export const metrics = (): string =>
  page(
    'Metrics',
    'What each process shows at `/metrics`, in the text format of Prometheus. Every name and label comes from these tables; a value that a list lacks counts as `other`, so no caller can make a series. Ports and examples: [metrics and traces](../metrics-and-traces.md).',
    ...Object.entries(METRIC_TABLES).map(
      ([process, rows]) =>
        `## ${process}\n\n${table(['name', 'kind', 'unit', 'labels', 'meaning'], Object.entries(rows).map(row))}`,
    ),
    `## Every process\n\nFrom prom-client, as in any Node program.\n\n${table(
      ['name', 'kind', 'labels', 'meaning'],
      Object.entries(PROCESS_METRICS).map(([name, { kind, labels = [], meaning }]) => [
        code(name),
        kind,
        labels.map(code).join(', '),
        cell(meaning),
      ]),
    )}`,
  );
