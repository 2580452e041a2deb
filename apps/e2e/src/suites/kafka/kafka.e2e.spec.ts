import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { EventChain } from '@holdshort/audit-events';
import { describeWithKafka } from '@holdshort/testkit';
import { said } from '../../harness/execute.js';
import { Stack, calls, type StoredEvent } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

const TOPIC = 'holdshort.audit.events.v1';
const PUSH = (name: string): string =>
  `git checkout -q -b topic/${name} && git commit -q --allow-empty -m ${name} && git push -q origin topic/${name}`;

const DAY_MS = 86_400_000;
const NOT_JSON = 'not JSON in UTF-8';
const TOO_EARLY = 'time out of range';

interface Read {
  key: string;
  event: StoredEvent;
  headers: Record<string, string>;
}

describeWithKafka('with Apache Kafka', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ kafka: true });
    await stack.signIn('alice', 'sam', 'carol');
  }, 300_000);
  afterAll(() => stack.stop({ refused: [NOT_JSON, TOO_EARLY] }));

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

  it('keeps what cannot be an event as a dead letter, behind which all goes on; it is stored once it can be', async () => {
    const early = strangersEvent(Date.now() + 2 * DAY_MS + 15_000);
    await sendRaw([Buffer.from('no JSON'), early.value]);
    const letters = async (): Promise<DeadLetter[]> => {
      const ran = await stack.holdshort('carol', ['audit', 'dead-letters', 'list', '--json']);
      expect(said(ran)).toBe('ok');
      return ran.stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as DeadLetter);
    };
    const replay = async (): Promise<Record<string, string | null>> => {
      expect(said(await stack.holdshort('carol', ['audit', 'dead-letters', 'replay']))).toBe('ok');
      let results: Record<string, string | null> = {};
      const isTried = async (): Promise<boolean> => {
        results = Object.fromEntries((await letters()).map(({ reason, replay_result: result }) => [reason, result]));
        return Object.values(results).every((result) => result !== null);
      };
      await until(isTried, { withinMs: 30_000, everyMs: 500 });
      return results;
    };
    await until(async () => (await letters()).length === 2, { withinMs: 30_000, everyMs: 500 });
    expect((await letters()).map(({ reason, topic }) => [reason, topic]).sort()).toEqual([
      [NOT_JSON, TOPIC],
      [TOO_EARLY, TOPIC],
    ]);
    await delay(Math.max(0, early.time - 2 * DAY_MS - Date.now() + 1000));
    const results = await replay();
    expect(results).toEqual({ [NOT_JSON]: NOT_JSON, [TOO_EARLY]: 'stored' });
    await stack.events((all) => all.filter(({ id }) => id === early.id).length === 1);
    const after = await stack.script(
      'alice',
      `git clone -q https://github.com/acme/app.git other && cd other && git config user.email a@b && git config user.name a && ${PUSH('after-poison')}`,
      { cwd: stack.dir },
    );
    expect(said(after)).toBe('ok');
    await stack.events((all) => all.some(({ push }) => push?.[0]?.ref === 'refs/heads/topic/after-poison'), 60_000);
  }, 180_000);

  /** Of a chain that nobody knows, so that no other test's chains are touched. @param time in ms */
  function strangersEvent(time: number): { id: string; value: Buffer; time: number } {
    const emitter = { id: 'agt_stranger', host: 'box', version: '1' };
    const chain = new EventChain({ emitter, tenant: 'default', clock: () => new Date(time) });
    const draft = chain.prepare({ type: 'agent.stopped', phase: 'single', correlation_id: 'c' });
    const { event, json } = chain.append(draft);
    return { id: event.id, value: json, time };
  }

  async function sendRaw(values: readonly Buffer[]): Promise<void> {
    const brokers = (stack.dev.kafka ?? '').split(',');
    const producer = new Kafka({ clientId: 'stranger', brokers, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: values.map((value) => ({ key: 'stranger', value })) });
    await producer.disconnect();
  }
});

interface DeadLetter {
  reason: string;
  topic: string;
  replay_result: string | null;
}

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
