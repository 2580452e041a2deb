import { createMetrics } from './metric-set.js';
import { defineMetrics } from './metric-table.js';
import { PROCESS_METRICS } from './process-metrics.js';

const TABLE = defineMetrics({
  hs_calls_total: { kind: 'counter', unit: 'calls', meaning: 'Calls.', labels: { surface: ['git', 'rest'] } },
  hs_depth_events: { kind: 'gauge', unit: 'events', meaning: 'Depth.' },
  hs_state: { kind: 'gauge', unit: 'yes or no', meaning: 'State.', labels: { state: ['ok', 'full'] } },
  hs_failures_total: { kind: 'counter', unit: 'times', meaning: 'Failures.' },
  hs_wait_seconds: { kind: 'histogram', unit: 'seconds', meaning: 'Wait.', buckets: [1, 10] },
});

const own = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('hs_'));

describe('the metrics of a table', () => {
  it('are all there from the start, with those of the process, and no other', async () => {
    const metrics = createMetrics(TABLE);
    expect(new Set(metrics.names())).toEqual(new Set([...Object.keys(TABLE), ...Object.keys(PROCESS_METRICS)]));
    const { contentType, text } = await metrics.expose();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const [name, { kind, meaning }] of Object.entries(TABLE))
      expect(text).toContain(`# HELP ${name} ${meaning}\n# TYPE ${name} ${kind}\n`);
  });

  it('count, hold and observe', async () => {
    const metrics = createMetrics(TABLE);
    metrics.add('hs_calls_total', { surface: 'git' });
    metrics.add('hs_calls_total', { surface: 'git' }, 2);
    metrics.set('hs_depth_events', {}, 5);
    metrics.observe('hs_wait_seconds', {}, 3);
    expect(own((await metrics.expose()).text)).toEqual([
      'hs_calls_total{surface="git"} 3',
      'hs_depth_events 5',
      'hs_failures_total 0',
      'hs_wait_seconds_bucket{le="1"} 0',
      'hs_wait_seconds_bucket{le="10"} 1',
      'hs_wait_seconds_bucket{le="+Inf"} 1',
      'hs_wait_seconds_sum 3',
      'hs_wait_seconds_count 1',
    ]);
  });

  it('take no label value that is not in their list: a caller cannot make series', async () => {
    const metrics = createMetrics(TABLE);
    for (let n = 0; n < 1000; n += 1) metrics.add('hs_calls_total', { surface: `made-up-${n}` });
    expect(own((await metrics.expose()).text)).toContain('hs_calls_total{surface="other"} 1000');
  });

  it('are read at each scrape; what cannot be read is left out of it, and comes back', async () => {
    const metrics = createMetrics(TABLE);
    let value: number | undefined = 7;
    metrics.read('hs_depth_events', () => {
      if (value === undefined) throw new Error('away');
      return Promise.resolve(value);
    });
    metrics.read('hs_failures_total', () => 4);
    metrics.read('hs_state', () => [
      { labels: { state: 'ok' }, value: 1 },
      { labels: { state: 'full' }, value: 0 },
    ]);
    const lines = async () => own((await metrics.expose()).text).filter((line) => !line.startsWith('hs_wait'));
    const rest = ['hs_state{state="ok"} 1', 'hs_state{state="full"} 0', 'hs_failures_total 4'];
    expect(await lines()).toEqual(['hs_depth_events 7', ...rest]);
    value = undefined;
    expect(await lines()).toEqual(rest);
    value = 8;
    expect(await lines()).toEqual(['hs_depth_events 8', ...rest]);
  });

  it('do not compile under another name or with other labels', () => {
    const metrics = createMetrics(TABLE);
    // @ts-expect-error -- not in the table
    expect(() => metrics.add('hs_other_total', {})).toThrow();
    // @ts-expect-error -- a label is missing
    metrics.add('hs_calls_total', {});
    // @ts-expect-error -- a gauge is not added to
    expect(() => metrics.observe('hs_depth_events', {}, 1)).toThrow();
  });
});
