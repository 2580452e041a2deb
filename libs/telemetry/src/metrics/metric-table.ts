/** What a metric is; tables of these are the only place where metrics are named. */
export interface MetricRow {
  kind: 'counter' | 'gauge' | 'histogram';
  /** For a person; the end of the name says it too. */
  unit: 'calls' | 'events' | 'records' | 'bytes' | 'seconds' | 'requests' | 'yes or no' | 'leases' | 'times' | 'spans';
  /** One sentence. */
  meaning: string;
  /** Each with all its values: a metric cannot grow a series by what a caller sends. */
  labels?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds, of a histogram. */
  buckets?: readonly number[];
}

export type MetricTable = Readonly<Record<string, MetricRow>>;

/** Keeps the literal types of a table, so that a name or label that it lacks does not compile. */
export const defineMetrics = <const T extends MetricTable>(table: T): T => table;

/** What a label says for a value that its list lacks. */
export const OTHER = 'other';

/** Seconds; from a cached read to a push that waits for people. */
export const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

export type NamesOf<T extends MetricTable, K extends MetricRow['kind']> = {
  [N in keyof T & string]: T[N]['kind'] extends K ? N : never;
}[keyof T & string];

/** Labels of a row: each of them, with a text; none for a row without. */
export type LabelsOf<R extends MetricRow> =
  R['labels'] extends Readonly<Record<string, readonly string[]>>
    ? Readonly<Record<keyof R['labels'] & string, string>>
    : Readonly<Record<string, never>>;
