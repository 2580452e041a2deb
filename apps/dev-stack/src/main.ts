import { parseArgs } from 'node:util';
import { toHoldshortError } from '@holdshort/errors';
import { runStart } from './start-command.js';

const USAGE = `Usage:
  start [--ephemeral] [--ready-file FILE] [--kafka] [--port-base N]   run the embedded stack until Ctrl-C
  demo                                                                 show the main job on a stack of its own

  --ephemeral    state in a temporary folder, free ports
  --ready-file   where to say that everything is ready (default .holdshort/dev.json)
  --kafka        start a single-node Apache Kafka and send events through it
  --port-base    first of the fixed ports (default 7400)
`;

function readArguments(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      ephemeral: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      'ready-file': { type: 'string' },
      'port-base': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

class UsageError extends Error {}

function portBase(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  // The highest fixed port stands 40 above the base.
  if (!Number.isInteger(port) || port < 1024 || port > 65_495)
    throw new UsageError('--port-base must be 1024 to 65495.');
  return port;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args);
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [command, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`Unexpected ${rest.join(' ')}.`);
  if (command === 'demo') {
    const { runDemo } = await import('./demo/run-demo.js');
    return runDemo();
  }
  if (command !== 'start') throw new UsageError(`There is no command ${command ?? ''}.`);
  const [readyFile, base] = [values['ready-file'], portBase(values['port-base'])];
  await runStart({
    ...{ ephemeral: values.ephemeral, kafka: values.kafka },
    ...(readyFile === undefined ? {} : { readyFile }),
    ...(base === undefined ? {} : { portBase: base }),
  });
  return 0;
}

const isUsage = (thrown: unknown): boolean =>
  thrown instanceof UsageError ||
  (thrown instanceof TypeError && 'code' in thrown && String(thrown.code).startsWith('ERR_PARSE_ARGS'));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  const { message, advice } = toHoldshortError(thrown);
  if (isUsage(thrown)) {
    process.stderr.write(`${(thrown as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    // This program runs for its developer: a fault of its own shows itself.
    process.stderr.write(`${message}${advice === undefined ? '' : `\n${advice}`}\n`);
    if (!(thrown instanceof Error) || thrown.name !== 'HoldshortError') process.stderr.write(`${String(thrown)}\n`);
    process.exitCode = 1;
  }
}
