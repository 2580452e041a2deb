import { hostname } from 'node:os';
import type { TopicState } from '@holdshort/audit-publisher';
import { loadSettings } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';

interface InitOptions {
  brokers?: string;
  partitions?: string;
  replication?: string;
  dryRun?: boolean;
  json?: boolean;
}

function wholeNumber(text: string | undefined, otherwise: number, name: string): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && (text === undefined || value > 0)) return value;
  throw new HoldshortError('request_malformed', `${name} must be a whole number above 0.`);
}

async function check(context: CliContext, options: InitOptions): Promise<TopicState[]> {
  const brokers = (options.brokers ?? context.env['HOLDSHORT_KAFKA_BROKERS'] ?? '')
    .split(',')
    .filter((each) => each !== '');
  if (brokers.length === 0)
    throw new HoldshortError('request_malformed', 'There are no brokers.', {
      advice: 'Name them by --brokers host:port,host:port or HOLDSHORT_KAFKA_BROKERS.',
    });
  // loaded here only: no other command waits for a Kafka client
  const publisher = await import('@holdshort/audit-publisher');
  const wanted = publisher.AUDIT_TOPICS.map((topic) => {
    const settings = publisher.auditTopicSettings(topic);
    const partitions = wholeNumber(options.partitions, settings.partitions, '--partitions');
    return { ...settings, partitions, replicationFactor: wholeNumber(options.replication, -1, '--replication') };
  });
  const security = publisher.kafkaSecurity(loadSettings(publisher.KAFKA_SECURITY_SETTINGS, context.env));
  const kafka = publisher.createKafkaClient({ brokers, clientId: `holdshort-cli-${hostname()}`, ...security });
  return publisher.checkAuditTopics(kafka, wanted, { dryRun: options.dryRun === true });
}

const lines = ({ topic, state, differences }: TopicState): string =>
  [`${topic}: ${state}`, ...differences.map(({ name, is, wanted }) => `  ${name} is ${is}, wanted ${wanted}`)].join(
    '\n',
  );

const isFine = ({ state }: TopicState): boolean => state === 'created' || state === 'as wanted';

export function addKafkaCommands(admin: Command, context: CliContext, exit: (code: number) => void): void {
  admin
    .command('kafka')
    .description('the topics of the audit trail')
    .command('init')
    .description('create the topics that are missing; say how existing ones differ, and leave them')
    .option('--brokers <list>', 'host:port, comma-separated; else HOLDSHORT_KAFKA_BROKERS')
    .option('--partitions <n>', 'partitions of each topic')
    .option('--replication <n>', "replicas of each partition; the broker's default where left out; 3 in production")
    .option('--dry-run', 'create nothing')
    .option('--json', 'print one JSON object per topic')
    .addHelpText(
      'after',
      '\nTLS and SASL by the settings HOLDSHORT_KAFKA_*.\nExit codes: 0 all as wanted, 1 one differs or is missing.\n\nExample:\n  holdshort admin kafka init --brokers kafka:9092 --replication 3',
    )
    .action(async (options: InitOptions) => {
      const states = await check(context, options);
      for (const state of states) context.print(options.json, state, () => lines(state));
      exit(states.every(isFine) ? EXIT.ok : EXIT.refused);
    });
}
