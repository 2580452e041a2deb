import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { AUDIT_EVENTS_TOPIC } from '@holdshort/audit-events';
import { auditTopicSettings, createKafkaClient, ensureAuditTopic } from '@holdshort/audit-publisher';
import { createLogger } from '@holdshort/telemetry';
import { describeWithKafka } from '@holdshort/testkit';
import { KafkaSource } from './kafka-source.js';

const silent = createLogger('test', 'error', { write: () => undefined });
const GROUP = 'dead-members';

/** Joins the group, and says so: `joining` when it asks, `joined` when it is a member. */
const MEMBER = `
  const { Kafka, logLevel } = require('kafkajs');
  const [, brokers, topic] = process.argv;
  const kafka = new Kafka({ clientId: 'member', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: '${GROUP}', sessionTimeout: 15000 });
  consumer.on(consumer.events.GROUP_JOIN, () => console.log('joined'));
  consumer.connect().then(() => consumer.subscribe({ topics: [topic] })).then(() => {
    console.log('joining');
    return consumer.run({ eachMessage: async () => undefined });
  });`;

/** @returns a process that has said so */
async function member(brokers: readonly string[], said: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', MEMBER, brokers.join(','), AUDIT_EVENTS_TOPIC], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const text of child.stdout as AsyncIterable<Buffer>) if (String(text).includes(said)) break;
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describeWithKafka('a group whose members were killed', (broker) => {
  test('is joined within two sessions, even where the member that should lead it is dead', async () => {
    const { brokers } = broker();
    const kafka = createKafkaClient({ brokers, clientId: 'test', logger: silent });
    await ensureAuditTopic(kafka, auditTopicSettings(AUDIT_EVENTS_TOPIC));
    await kill(await member(brokers, 'joined'));
    // the broker keeps it waiting for the first, and takes it for the leader then
    const second = await member(brokers, 'joining');
    await delay(2000);
    await kill(second);
    const source = new KafkaSource({
      ...{ brokers, group: GROUP, ocsf: false, security: {}, logger: silent },
      ...{ metrics: { failed: () => undefined, lag: () => undefined }, writer: { write: () => Promise.resolve([]) } },
    });
    const began = performance.now();
    source.start();
    try {
      while (!source.healthy && performance.now() - began < 90_000) await delay(100);
      expect(source.healthy).toBe(true);
      expect(performance.now() - began).toBeLessThan(45_000);
    } finally {
      await source.stop();
    }
  }, 180_000);
});
