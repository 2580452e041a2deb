import { open, type FileHandle } from 'node:fs/promises';
import { toOcsf, type AuditEvent } from '@holdshort/audit-events';
import { CSV_HEADER, csvLine } from './csv.js';

export type TextFormat = 'ndjson' | 'csv' | 'ocsf';

/** Takes events page by page. A page is whole in the file before its `place` counts. */
export interface ExportSink {
  /** @returns how many events of the page have a form in this format */
  page(events: readonly AuditEvent[]): Promise<number>;
  /** Bytes written so far. */
  readonly length: number;
  close(): Promise<void>;
}

/** OCSF has no record for a type that is newer than this program: such events are counted, not hidden. */
function lineOf(format: TextFormat, event: AuditEvent): string | undefined {
  if (format === 'csv') return csvLine(event);
  if (format === 'ndjson') return JSON.stringify(event);
  const record = toOcsf(event);
  return record && JSON.stringify(record);
}

const EOL: Readonly<Record<TextFormat, string>> = { ndjson: '\n', ocsf: '\n', csv: '\r\n' };

/** Into a file. @param from bytes of an earlier export that are kept; what stands after them is cut off */
export async function openTextFile(path: string, format: TextFormat, from: number): Promise<ExportSink> {
  const file = await open(path, from > 0 ? 'r+' : 'w', 0o600);
  await file.truncate(from);
  const sink = new TextFile(file, format, from);
  if (from === 0 && format === 'csv') await sink.append(`${CSV_HEADER}${EOL.csv}`);
  return sink;
}

class TextFile implements ExportSink {
  constructor(
    private readonly file: FileHandle,
    private readonly format: TextFormat,
    public length: number,
  ) {}

  async page(events: readonly AuditEvent[]): Promise<number> {
    const lines = events.flatMap((event) => lineOf(this.format, event) ?? []);
    await this.append(lines.map((line) => `${line}${EOL[this.format]}`).join(''));
    await this.file.datasync();
    return lines.length;
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.file.write(bytes, 0, bytes.length, this.length);
    this.length += bytes.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** To the terminal, or the pipe behind it. */
export function textOutput(out: (text: string) => void, format: TextFormat): ExportSink {
  if (format === 'csv') out(CSV_HEADER);
  return {
    length: 0,
    page: (events) => {
      const lines = events.flatMap((event) => lineOf(format, event) ?? []);
      lines.forEach(out);
      return Promise.resolve(lines.length);
    },
    close: () => Promise.resolve(),
  };
}
