import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPE_NAMES, exampleEvent } from '@holdshort/audit-events';
import { asyncBufferFromFile, parquetMetadataAsync, type SchemaElement } from 'hyparquet';
import { openParquetFile } from './parquet-file.js';

const DDL = readFileSync(new URL('../../../../deploy/analytics/athena/events.sql', import.meta.url), 'utf8');

/** Columns of a table, by name, in their order. */
const columnsOf = (table: string): [name: string, type: string][] => {
  const [, body = ''] = new RegExp(`EXISTS holdshort\\.${table} \\(\\n([^]*?)\\n\\)\\nPARTITIONED`).exec(DDL) ?? [];
  return [...body.matchAll(/^ {2}`(\w+)` (\S+?),?$/gm)].map(([, name = '', type = '']) => [name, type]);
};

/** What Athena reads a Parquet column as. */
const athenaType = ({ type, converted_type: converted, logical_type: logical }: SchemaElement): string => {
  if (logical?.type === 'TIMESTAMP' || converted === 'TIMESTAMP_MILLIS') return 'timestamp';
  if (type === 'INT64') return 'bigint';
  return type === 'BYTE_ARRAY' ? 'string' : String(type);
};

it('the table of Athena over the Parquet export has its columns, of their types', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdshort-athena-'));
  try {
    const path = join(folder, 'events.parquet');
    const sink = openParquetFile(path);
    await sink.page(EVENT_TYPE_NAMES.map(exampleEvent));
    await sink.close();
    const { schema, num_rows: rows } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(Number(rows)).toBe(EVENT_TYPE_NAMES.length);
    expect(columnsOf('events_parquet')).toEqual(schema.slice(1).map((column) => [column.name, athenaType(column)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
