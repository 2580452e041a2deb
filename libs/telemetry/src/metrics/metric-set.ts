import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OTHER, type LabelsOf, type MetricRow, type MetricTable, type NamesOf } from './metric-table.js';

type Labels = Readonly<Record<string, string>>;

/** One value, or one per series. */
export type Reading<L> = number | readonly { labels: L; value: number }[];

/** The metrics of a process: exactly those of its table, registered all at once. */
export interface MetricSet<T extends MetricTable> {
  add<N extends NamesOf<T, 'counter'>>(name: N, labels: LabelsOf<T[N]>, by?: number): void;
  set<N extends NamesOf<T, 'gauge'>>(name: N, labels: LabelsOf<T[N]>, value: number): void;
  observe<N extends NamesOf<T, 'histogram'>>(name: N, labels: LabelsOf<T[N]>, value: number): void;
  /**
   * The value is asked for at each scrape. Where it cannot be had the series is left out of that scrape.
   * A counter may be read too, from a count that is kept elsewhere and only grows.
   */
  read<N extends NamesOf<T, 'gauge' | 'counter'>>(
    name: N,
    read: () => Reading<LabelsOf<T[N]>> | Promise<Reading<LabelsOf<T[N]>>>,
  ): void;
  /** The exposition, and its media type. */
  expose(): Promise<{ contentType: string; text: string }>;
  /** Names of all that is registered, those of the process included. */
  names(): string[];
}

/** @param table of `defineMetrics` */
export const createMetrics = <const T extends MetricTable>(table: T): MetricSet<T> => new PromMetrics(table);

type Read = () => Reading<Labels> | Promise<Reading<Labels>>;

/** Does not know the names; its type does. */
class PromMetrics {
  private readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();
  private readonly readers = new Map<string, Read>();

  constructor(private readonly table: MetricTable) {
    collectDefaultMetrics({ register: this.registry });
    for (const [name, row] of Object.entries(table)) this.make(name, row);
  }

  add(name: string, labels: Labels, by = 1): void {
    known(this.counters, name).inc(this.bounded(name, labels), by);
  }

  set(name: string, labels: Labels, value: number): void {
    known(this.gauges, name).set(this.bounded(name, labels), value);
  }

  observe(name: string, labels: Labels, value: number): void {
    known(this.histograms, name).observe(this.bounded(name, labels), value);
  }

  read(name: string, read: Read): void {
    this.readers.set(name, read);
  }

  async expose(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  names(): string[] {
    return this.registry.getMetricsAsArray().map(({ name }) => name);
  }

  private make(name: string, row: MetricRow): void {
    const common = { name, help: row.meaning, labelNames: Object.keys(row.labels ?? {}), registers: [this.registry] };
    const collect = (): Promise<void> => this.collect(name);
    if (row.kind === 'counter') this.counters.set(name, new Counter({ ...common, collect }));
    else if (row.kind === 'gauge') this.gauges.set(name, new Gauge({ ...common, collect }));
    else this.histograms.set(name, new Histogram({ ...common, buckets: [...(row.buckets ?? [])] }));
  }

  private async collect(name: string): Promise<void> {
    const read = this.readers.get(name);
    const metric = this.gauges.get(name) ?? this.counters.get(name);
    if (!read || !metric) return;
    const reading = await Promise.resolve()
      .then(read)
      .catch(() => []);
    metric.reset();
    const series = typeof reading === 'number' ? [{ labels: {}, value: reading }] : reading;
    // what was never asked has no series; prom-client begins one without labels at 0
    if (series.length === 0) metric.remove();
    for (const { labels, value } of series) metric.inc(this.bounded(name, labels), value);
  }

  private bounded(name: string, labels: Labels): Record<string, string> {
    const listed = this.table[name]?.labels ?? {};
    return Object.fromEntries(
      Object.entries(listed).map(([label, values]) => {
        const value = labels[label] ?? OTHER;
        return [label, values.includes(value) ? value : OTHER];
      }),
    );
  }
}

function known<M>(metrics: ReadonlyMap<string, M>, name: string): M {
  const metric = metrics.get(name);
  if (!metric) throw new Error(`there is no such metric: ${name}`);
  return metric;
}
