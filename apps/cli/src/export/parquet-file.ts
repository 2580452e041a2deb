import { EVENT_COLUMNS, type AuditEvent, type ColumnType } from '@holdshort/audit-events';
import { fileWriter, ParquetWriter, schemaFromColumnData, type BasicType } from 'hyparquet-writer';
import type { ExportSink } from './text-export.js';

/** About 30 MB of events: what is held in memory, and a size that readers skip well by. */
const ROW_GROUP = 20_000;

const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  text: 'STRING',
  integer: 'INT64',
  time: 'TIMESTAMP',
  list: 'JSON',
};

/** In the form that the library wants for the type. */
function cell(type: ColumnType, value: ReturnType<(typeof EVENT_COLUMNS)[number]['of']>): unknown {
  if (value === undefined) return null;
  if (type === 'time') return new Date(String(value));
  return type === 'integer' ? BigInt(Number(value)) : value;
}

const columnsOf = (events: readonly AuditEvent[]) =>
  EVENT_COLUMNS.map(({ name, type, of }) => ({
    name,
    type: TYPES[type],
    nullable: true,
    data: events.map((event) => cell(type, of(event))),
  }));

/** Row groups as they fill up, the footer at the end: a file that was not closed is no Parquet file. */
export function openParquetFile(path: string): ExportSink {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
  });
  let waiting: AuditEvent[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await writer.write({ columnData: columnsOf(waiting), rowGroupSize: ROW_GROUP });
    waiting = [];
  };
  return {
    length: 0,
    page: async (events) => {
      waiting.push(...events);
      if (waiting.length >= ROW_GROUP) await flush();
      return events.length;
    },
    close: async () => {
      await flush();
      await writer.finish();
    },
  };
}
