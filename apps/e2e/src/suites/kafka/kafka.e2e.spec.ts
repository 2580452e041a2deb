import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { describeWithKafka } from '@holdshort/testkit';
import { Stack, said, calls, type StoredEvent } from '../../harness/stack.js';

const TOPIC = 'holdshort.audit.events.v1';
const PUSH = (name: string): string =>
  `git checkout -q -b topic/${name} && git commit -q --allow-empty -m ${name} && git push -q origin topic/${name}`;

interface Read {
  key: string;
  event: StoredEvent;
  headers: Record<string, string>;
}

describeWithKafka('with Apache Kafka', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ kafka: true });
    await stack.signIn('alice', 'sam');
  }, 240_000);
  afterAll(() => stack.stop());

  /** A consumer that knows nothing of Holdshort. */
  async function readTopic(enough: (records: Read[]) => boolean): Promise<Read[]> {
    const kafka = new Kafka({
      clientId: 'siem',
      brokers: (stack.dev.kafka ?? '').split(','),
      logLevel: logLevel.NOTHING,
    });
    const consumer = kafka.consumer({ groupId: `siem-${Date.now()}` });
    const records: Read[] = [];
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        records.push({
          key: message.key?.toString() ?? '',
          event: JSON.parse(message.value?.toString() ?? '') as StoredEvent,
          headers: texts(message.headers ?? {}),
        });
        if (enough(records)) resolve(undefined);
        return Promise.resolve();
      },
    });
    const late = setTimeout(() => reject(new Error(`only ${records.length} records came`)), 60_000);
    await promise.finally(() => {
      clearTimeout(late);
      return consumer.disconnect();
    });
    return records;
  }

  it('goes on pushing while the broker is dead, and delivers every event in order afterwards', async () => {
    const first = await stack.script(
      'alice',
      `git clone -q https://github.com/acme/app.git app && cd app && git config user.email a@b && git config user.name a && ${PUSH('before')}`,
      { cwd: stack.dir },
    );
    expect(said(first)).toBe('ok');
    stack.kill('kafka', 'SIGKILL');
    const during = await stack.script('alice', `cd app && ${PUSH('during-1')} && ${PUSH('during-2')}`, {
      cwd: stack.dir,
    });
    expect(said(during)).toBe('ok');
    await stack.restart('kafka');

    const isOutcome =
      (name: string) =>
      ({ phase, push }: StoredEvent) =>
        phase === 'outcome' && push?.[0]?.ref === `refs/heads/topic/${name}`;
    const events = await stack.events(
      (all) => ['before', 'during-1', 'during-2'].every((name) => all.some(isOutcome(name))),
      120_000,
    );
    for (const name of ['before', 'during-1', 'during-2']) {
      expect(calls(events).filter(isOutcome(name))).toMatchObject([{ outcome: 'success' }]);
    }
    expect(said(await stack.holdshort('sam', ['audit', 'verify']))).toBe('ok');

    const records = await readTopic((all) => all.some(({ event }) => isOutcome('during-2')(event)));
    for (const [chain, sequence] of sequences(records)) {
      expect({ chain, sequence }).toEqual({ chain, sequence: sequence.map((_, index) => index + 1) });
    }
  }, 240_000);

  it('is read by any client as JSON with CloudEvents headers', async () => {
    const [record] = await readTopic((all) => all.length > 0);
    expect(record?.key).toBe(record?.event.chain_id);
    expect(record?.headers).toMatchObject({
      ce_id: record?.event.id,
      ce_specversion: '1.0',
      ce_type: `io.holdshort.${record?.event.type ?? ''}`,
      ce_time: record?.event.time,
      'content-type': expect.stringContaining('application/json'),
    });
    expect(record?.headers['ce_source']).toMatch(/^\/holdshort\//);
  }, 90_000);

  it('is verified from the topics alone as from the store; what cannot be read is no verdict', async () => {
    const verify = (...args: string[]) => stack.holdshort('sam', ['audit', 'verify', '--json', ...args]);
    const ran = await verify('--kafka', stack.dev.kafka ?? '');
    expect(said(ran)).toBe('ok');
    const verdict = JSON.parse(ran.stdout) as { verdict: string; events: number; checkpoints: number };
    expect(verdict).toMatchObject({ verdict: 'good', chains: 'whole' });
    expect(verdict.events).toBeGreaterThan(20);
    expect(verdict.checkpoints).toBeGreaterThan(0);
    const away = await verify('--kafka', '127.0.0.1:1');
    expect([away.code, JSON.parse(away.stdout)]).toEqual([2, expect.objectContaining({ verdict: 'could_not_tell' })]);
  }, 120_000);
});

const texts = (headers: IHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** chain -> sequence numbers as they stand in the topic, repeated deliveries (at-least-once) taken out. */
function sequences(records: Read[]): Map<string, number[]> {
  const chains = new Map<string, number[]>();
  for (const { event } of records) {
    const seen = chains.get(event.chain_id) ?? [];
    if (!seen.includes(event.seq)) seen.push(event.seq);
    chains.set(event.chain_id, seen);
  }
  return chains;
}
