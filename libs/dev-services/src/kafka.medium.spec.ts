import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaAvailability, startKafka } from './kafka.js';

const availability = await kafkaAvailability();
if (!availability.available) process.stderr.write(`\nSKIPPED, no Kafka: ${availability.reason}\n`);

(availability.available ? describe : describe.skip)('a launched broker', () => {
  test('keeps its topics over a kill and a restart, on the same port, and leaves no process', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hs-kafka-'));
    const broker = await startKafka({ dataDir });
    try {
      const admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 3 }] });
      await admin.disconnect();
      const first = broker.pid;
      await broker.kill('SIGKILL');
      expect(() => process.kill(first, 0)).toThrow('ESRCH');
      await broker.restart();
      await admin.connect();
      expect(await admin.listTopics()).toContain('kept');
      await admin.disconnect();
    } finally {
      await broker.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
    expect(() => process.kill(broker.pid, 0)).toThrow('ESRCH');
  }, 180_000);
});
