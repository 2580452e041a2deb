import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AUDIT_OCSF_TOPIC, EventChain, toOcsf, verifyChain, type AuditEvent } from '@holdshort/audit-events';
import { createKafkaPublisher, type OutgoingEvent } from '@holdshort/audit-publisher';
import { startPostgres, type PostgresServer } from '@holdshort/dev-services';
import { createLogger } from '@holdshort/telemetry';
import { describeWithKafka } from '@holdshort/testkit';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { loadIngestSettings } from './config.js';
import { startIngest, type Ingest } from './start-ingest.js';

const silent = createLogger('test', 'error', { write: () => undefined });
/** Longer than the consumers' session timeout of 15 s. */
const STALL_MS = 20_000;
const CHAINS = 6;

let dir: string;
let postgres: PostgresServer;
let url: string;
let pool: pg.Pool;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-workers-'));
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), temporary: true });
  url = await postgres.createDatabase('workers');
  pool = new pg.Pool({ connectionString: url, max: 2 });
}, 120_000);
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}, 30_000);

const chains = Array.from(
  { length: CHAINS },
  (_, n) => new EventChain({ emitter: { id: `agt_${n}`, host: 'box', version: '1' }, tenant: 'default' }),
);

const sealed = (chain: EventChain): OutgoingEvent => {
  const draft = chain.prepare({ type: 'agent.stopped', phase: 'single', correlation_id: 'c', outcome: 'success' });
  const { event, json } = chain.append(draft);
  return { key: event.chain_id, value: json, event };
};

const stored = async (): Promise<AuditEvent[]> =>
  (await pool.query<{ event: AuditEvent }>('SELECT event FROM audit.events ORDER BY position')).rows.map(
    ({ event }) => event,
  );

async function until(condition: () => Promise<boolean>, ms = 90_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error('the condition never came true');
    await delay(200);
  }
}

async function readTopic(brokers: string[], topic: string, count: number): Promise<[string, string][]> {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: 'test-reader' });
  const found: [string, string][] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      found.push([String(message.key), String(message.value)]);
      return Promise.resolve();
    },
  });
  await until(() => Promise.resolve(new Set(found.map(([, value]) => value)).size >= count));
  await consumer.disconnect();
  return found;
}

describeWithKafka('several ingests of one group', (broker) => {
  test('one goes, the broker stalls beyond the session timeout: each event once, chains in order, and as OCSF', async () => {
    const env = { HOLDSHORT_AUDIT_DATABASE_URL: url, HOLDSHORT_KAFKA_BROKERS: broker().brokers.join(',') };
    const start = (): Promise<Ingest> => startIngest(loadIngestSettings(env), silent);
    const [first, second] = [await start(), await start()];
    const publisher = createKafkaPublisher({ brokers: broker().brokers });
    const sent: AuditEvent[] = [];
    const publish = async (rounds: number): Promise<void> => {
      for (let n = 0; n < rounds; n += 1) {
        const batch = chains.flatMap((chain) => [sealed(chain), sealed(chain)]);
        sent.push(...batch.map(({ event }) => event as AuditEvent));
        for (let done = false; !done;) {
          done = await publisher.publish(batch).then(
            () => true,
            () => delay(500).then(() => false),
          );
        }
      }
    };
    try {
      await publish(20);
      await until(async () => (await stored()).length === sent.length);
      const flowing = publish(40);
      await first.stop();
      await flowing;
      process.kill(broker().pid, 'SIGSTOP');
      const stalled = publish(1);
      await delay(STALL_MS);
      process.kill(broker().pid, 'SIGCONT');
      await stalled;
      await publish(20);
      await until(async () => (await stored()).length >= sent.length);
      const events = await stored();
      expect(events).toHaveLength(sent.length);
      expect(await verifyChain(events)).toMatchObject({ ok: true, events: sent.length });
      const { rows } = await pool.query('SELECT reason FROM audit.quarantine');
      expect(rows).toEqual([]);
      const records = await readTopic(broker().brokers, AUDIT_OCSF_TOPIC, sent.length);
      const wanted = sent.map((event): [string, string] => [event.chain_id, JSON.stringify(toOcsf(event))]);
      expect(new Set(records.map((record) => record.join(' ')))).toEqual(new Set(wanted.map((each) => each.join(' '))));
    } finally {
      process.kill(broker().pid, 'SIGCONT');
      await publisher.close();
      await second.stop();
    }
  }, 300_000);
});
