import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifyChain, type AuditEvent } from '@holdshort/audit-events';
import { describeWithKafka } from '@holdshort/testkit';
import { Kafka, logLevel } from 'kafkajs';
import { createKafkaPublisher, openAuditTrail, type OutgoingRecord, type Publisher } from './index.js';
import { bundleChild } from './testing/bundle-child.js';
import { callDraft } from './testing/call-drafts.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-crash-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Runs the writing child for a moment, kills it with -9, and gives what it was told to be durable. */
async function writeAndKill(child: string, spool: string, offset: number): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, spool, String(offset)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const enough = new Promise<void>((resolve) => {
    process_.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.length > 4000) resolve();
    });
  });
  const gone = new Promise((resolve) => process_.once('close', resolve));
  await Promise.race([enough, gone]);
  process_.kill('SIGKILL');
  await gone;
  return output.split('\n').slice(0, -1);
}

test('kill -9 of a process that writes, three times over: nothing that was acknowledged is lost', async () => {
  const child = await bundleChild(fileURLToPath(new URL('testing/spool-writer.child.ts', import.meta.url)), dir);
  const spool = join(dir, 'spool');
  const acknowledged: string[] = [];
  for (let boot = 0; boot < 3; boot += 1) acknowledged.push(...(await writeAndKill(child, spool, boot * 1_000_000)));
  expect(acknowledged.length).toBeGreaterThan(1000);
  const delivered: AuditEvent[] = [];
  const publisher: Publisher = {
    kind: 'memory',
    publish: (batch: readonly OutgoingRecord[]) => {
      delivered.push(...batch.map((record) => JSON.parse(record.value.toString('utf8')) as AuditEvent));
      return Promise.resolve();
    },
    isConnected: () => true,
    close: () => Promise.resolve(),
  };
  const trail = await openAuditTrail({
    dir: spool,
    emitter: { id: 'agt_child', host: 'box', version: '1' },
    tenant: 'default',
    publisher,
  });
  const unresolved = new Set(trail.unresolvedAttempts.map((event) => event.correlation_id));
  await trail.close();
  const arrived = new Set(delivered.map((event) => event.correlation_id));
  expect(acknowledged.filter((id) => !arrived.has(id))).toEqual([]);
  expect(acknowledged.filter((id) => !unresolved.has(id))).toEqual([]);
  expect(await verifyChain(delivered)).toMatchObject({ ok: true });
}, 60_000);

describeWithKafka('the spool before a broker that dies', (broker) => {
  const TOPIC = 'holdshort.audit.events.v1';

  async function readUntil(wanted: number): Promise<AuditEvent[]> {
    const consumer = new Kafka({ brokers: broker().brokers, logLevel: logLevel.NOTHING }).consumer({
      groupId: 'reader',
    });
    const byId = new Map<string, AuditEvent>();
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${byId.size} of ${wanted} events`));
      }, 60_000);
      void consumer.run({
        eachMessage: async ({ message }) => {
          const event = JSON.parse(String(message.value)) as AuditEvent;
          if (!byId.has(event.id)) byId.set(event.id, event);
          if (byId.size >= wanted) {
            clearTimeout(timer);
            resolve();
          }
          return Promise.resolve();
        },
      });
    });
    await consumer.disconnect();
    return [...byId.values()];
  }

  test('kill -9 of the broker while events flow: recording goes on, and every event arrives in order after its restart', async () => {
    const publisher = createKafkaPublisher({ brokers: broker().brokers, watchdogMs: 6000 });
    const trail = await openAuditTrail({
      dir,
      emitter: { id: 'agt_k', host: 'box', version: '1' },
      tenant: 'default',
      publisher,
    });
    const recorded: AuditEvent[] = [];
    const record = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) recorded.push((await trail.record(callDraft(`k${recorded.length}`))).event);
    };
    await record(2000);
    const flowing = record(3000);
    await broker().kill('SIGKILL');
    await flowing;
    await record(500);
    expect(trail.isWritable()).toBe(true);
    await broker().restart();
    await trail.close(60_000);
    expect(trail.status().pending).toBe(0);
    const events = await readUntil(recorded.length);
    expect(events.map((event) => event.seq)).toEqual(recorded.map((event) => event.seq));
    expect(await verifyChain(events)).toMatchObject({ ok: true, events: 5500 });
  }, 180_000);
});
