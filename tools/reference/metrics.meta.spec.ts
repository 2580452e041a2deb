import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMetrics } from '../../libs/telemetry/src/metrics.js';
import { METRIC_TABLES } from './metrics-page.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where each process's code lies; what several share is in libs. */
const PLACES = { Agent: 'apps/agent', 'Control plane': 'apps/control-plane', 'Audit ingest': 'apps/audit-ingest' };

const textOf = (base: string): string =>
  readdirSync(path.join(ROOT, base, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(spec|bench)\.ts$|(^|\/)(testing|test-support)\//.test(file))
    .filter((file) => !file.endsWith('metrics-table.ts'))
    .map((file) => readFileSync(path.join(ROOT, base, 'src', file), 'utf8'))
    .join('\n');

const CODE = { ...Object.fromEntries(Object.entries(PLACES).map(([name, base]) => [name, textOf(base)])) };
const SPOOL = readFileSync(path.join(ROOT, 'libs/audit-publisher/src/spool-metrics.ts'), 'utf8');

/** Written by the process itself, or by the reader of the spool, which is called with the process's name. */
const isEmitted = (process: string, name: string): boolean => {
  const text = CODE[process] ?? '';
  const [, prefix = '', row = ''] = /^holdshort_(agent|control_plane)_(\w+)$/.exec(name) ?? [];
  const isOfSpool = SPOOL.includes(`name('${row}')`) && new RegExp(`showSpool\\([^)]*'${prefix}'`).test(text);
  return text.includes(`'${name}'`) || isOfSpool;
};

const ENDINGS: Readonly<Record<string, RegExp>> = {
  counter: /_total$/,
  histogram: /_seconds$/,
  gauge: /_(events|records|bytes|seconds|leases_held|under_way|waiting|connected|member|state)$/,
};

describe.each(Object.entries(METRIC_TABLES))('metrics: %s', (process, rows) => {
  it.each(Object.entries(rows))('%s is registered, emitted and well named', async (name, row) => {
    const { text } = await createMetrics(rows).expose();
    expect(text).toContain(`# HELP ${name} ${row.meaning}\n# TYPE ${name} ${row.kind}\n`);
    expect(isEmitted(process, name)).toBe(true);
    expect(name).toMatch(/^holdshort_(agent|control_plane|ingest)_[a-z_]+$/);
    expect(name).toMatch(ENDINGS[row.kind] ?? /never/);
    expect(row.meaning).toMatch(/[.:]$|\)\.$/);
    if (row.kind === 'histogram') expect(row.buckets?.length).toBeGreaterThan(3);
  });
});

it('finds what nobody emits', () => {
  expect(isEmitted('Agent', 'holdshort_agent_weather_total')).toBe(false);
  expect(isEmitted('Audit ingest', 'holdshort_ingest_spool_bytes')).toBe(false);
});

it('metrics are made from tables only: nothing else imports prom-client', () => {
  const importing = ['apps', 'libs'].flatMap((base) =>
    readdirSync(path.join(ROOT, base), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/(^|\/)(node_modules|dist)\//.test(file))
      .filter((file) => readFileSync(path.join(ROOT, base, file), 'utf8').includes("from 'prom-client'"))
      .map((file) => `${base}/${file}`),
  );
  expect(importing).toEqual(['libs/telemetry/src/metrics/metric-set.ts']);
});
