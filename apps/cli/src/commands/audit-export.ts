import type { AuditEvent } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { Option, type Command } from 'commander';
import type { Page } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { forgetPlace, loadPlace, savePlace, type ExportPlace } from '../export/export-place.js';
import { openParquetFile } from '../export/parquet-file.js';
import { openTextFile, textOutput, type ExportSink, type TextFormat } from '../export/text-export.js';
import { addFilterOptions, filterOf, type FilterOptions } from './audit-filters.js';

interface ExportOptions extends FilterOptions {
  format: TextFormat | 'parquet';
  output?: string;
  resume?: boolean;
}

/** The most that the API gives at once. */
const PAGE = 1000;

async function openSink(context: CliContext, options: ExportOptions, place: ExportPlace): Promise<ExportSink> {
  const { format, output } = options;
  if (format === 'parquet') {
    if (output === undefined || options.resume === true) throw noParquet();
    return openParquetFile(output);
  }
  if (output !== undefined) return openTextFile(output, format, place.bytes);
  return textOutput((text) => {
    context.terminal.out(text);
  }, format);
}

const noParquet = (): HoldshortError =>
  new HoldshortError('request_malformed', 'A Parquet file is written as a whole: with --output, without --resume.', {
    advice: 'Export to ndjson where the line may break, or shorten the time with --since and --until.',
  });

/** Page after page; after each, what is in the file and how far it reaches are on disk. */
async function exportEvents(context: CliContext, options: ExportOptions): Promise<void> {
  const query = { ...filterOf(options), purpose: 'export' as const, limit: PAGE };
  // as typed: what goes on with `--since 7d` is the same export a minute later
  const { since, until, format } = options;
  const key = JSON.stringify({ ...filterOf(options), since, until, format });
  const { output } = options;
  if (options.resume === true && output === undefined)
    throw new HoldshortError('request_malformed', '--resume goes on with a file: name it by --output.');
  const start = { query: key, after: '', bytes: 0, events: 0 };
  const place = options.resume === true && output !== undefined ? loadPlace(output, key) : start;
  const sink = await openSink(context, options, place);
  let without = 0;
  try {
    for (let after: string | null = place.after; after !== null;) {
      const page: Page<AuditEvent> = await context
        .client()
        .call('GET /audit/events', { query: { ...query, after: after === '' ? undefined : after } });
      const written = await sink.page(page.items);
      without += page.items.length - written;
      place.events += written;
      after = page.next;
      if (output !== undefined && after !== null && options.format !== 'parquet')
        savePlace(output, { ...place, after, bytes: sink.length });
    }
  } finally {
    await sink.close();
  }
  if (output === undefined) return;
  forgetPlace(output);
  context.print(options.json, { output, events: place.events, without_form: without }, () =>
    [`${place.events} events in ${output}.`, ...(without > 0 ? [`${without} are newer than this program.`] : [])].join(
      ' ',
    ),
  );
}

export function addExportCommand(audit: Command, context: CliContext): void {
  addFilterOptions(audit.command('export').description('events as a file, for other programs'))
    .addOption(
      new Option('--format <format>', 'form of the file')
        .choices(['ndjson', 'csv', 'ocsf', 'parquet'])
        .default('ndjson'),
    )
    .option('-o, --output <file>', 'write into this file instead of standard output')
    .option('--resume', 'go on with a file whose export broke off')
    .option('--json', 'print what was exported as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  holdshort audit export --format csv --since 2026-01-01T00:00:00Z -o january.csv',
    )
    .action((options: ExportOptions) => exportEvents(context, options));
}
