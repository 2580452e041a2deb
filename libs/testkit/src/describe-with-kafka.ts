import { afterAll, beforeAll, describe } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaAvailability, startKafka, type KafkaCredential, type RunningKafka } from '@holdshort/dev-services';
import { describeOrSkip } from './describe-or-skip.js';

const availability = await kafkaAvailability();

/** Fetching the jars, formatting and starting: seconds usually, minutes on the first run behind a slow line. */
const START_MS = 300_000;

/**
 * A `describe` with one real broker, shared by its tests; skipped where no broker can be started.
 * @param secure gives what a second listener with TLS and SCRAM is made of; Docker has none, so the suite is skipped there
 * @param body gets a function that gives the running broker, to be called within tests and hooks
 */
export function describeWithKafka(
  title: string,
  body: (broker: () => RunningKafka) => void,
  secure?: () => Promise<KafkaCredential>,
): void {
  if (!availability.available || (secure && availability.reason === 'Docker')) {
    describeOrSkip(title, `no Kafka broker: ${availability.reason}`, () => {
      body(() => {
        throw new Error('there is no broker');
      });
    });
    return;
  }
  describe(title, () => {
    let dataDir = '';
    let broker: RunningKafka | undefined;
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'hs-kafka-'));
      broker = await startKafka({ dataDir, ...(secure ? { secure: await secure() } : {}) });
    }, START_MS);
    afterAll(async () => {
      await broker?.stop();
      await rm(dataDir, { recursive: true, force: true });
    }, 60_000);
    body(() => {
      if (!broker) throw new Error('the broker has not been started');
      return broker;
    });
  });
}
