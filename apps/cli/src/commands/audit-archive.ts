import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { evidenceItems, storeItems } from '../verify/store-source.js';
import type { TrailItem } from '@holdshort/audit-events';

interface ArchiveOptions {
  output?: string;
  since?: string;
  evidenceOnly?: boolean;
  json?: boolean;
}

const lineOf = (item: TrailItem): string => {
  if ('malformed' in item) throw new Error(`a record of the store is none: ${item.malformed.problem}`);
  return JSON.stringify(Object.values(item)[0]);
};

/** One line each: keys, heads and anchors, then (unless only those are asked for) events and checkpoints as they came. */
async function archive(context: CliContext, options: ArchiveOptions): Promise<void> {
  const client = context.client();
  const items = options.evidenceOnly ? evidenceItems(client) : storeItems(client, options.since);
  if (options.output === undefined) {
    for await (const item of items) context.terminal.out(lineOf(item));
    return;
  }
  const file = createWriteStream(options.output, { flags: 'wx', mode: 0o600 });
  await once(file, 'open');
  let records = 0;
  for await (const item of items) {
    records += 1;
    if (!file.write(`${lineOf(item)}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  context.print(options.json, { output: options.output, records }, () => `${records} records in ${options.output}.`);
}

export function addArchiveCommand(audit: Command, context: CliContext): void {
  audit
    .command('archive')
    .description('the whole trail with what was signed of it, one JSON object per line; `audit verify --file` reads it')
    .option('-o, --output <file>', 'write to a new file instead of standard output')
    .option('--since <time>', 'from this time on')
    .option('--evidence-only', 'keys, heads and anchors only')
    .option('--json', 'print what was written as one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort audit archive -o trail.ndjson')
    .action((options: ArchiveOptions) => archive(context, options));
}
