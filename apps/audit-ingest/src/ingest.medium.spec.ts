import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EVENT_TYPE_NAMES,
  FREQUENT_TYPES,
  canonicalJson,
  EventChain,
  signStatement,
  SigningKey,
  verifyChain,
  type AuditEvent,
  type Emitter,
  type EventDraft,
} from '@holdshort/audit-events';
import {
  createKafkaPublisher,
  createRelayPublisher,
  openAuditTrail,
  type OutgoingEvent,
  type OutgoingRecord,
  type RelayTls,
} from '@holdshort/audit-publisher';
import { startPostgres, type PostgresServer } from '@holdshort/dev-services';
import { createLogger } from '@holdshort/telemetry';
import { describeWithKafka } from '@holdshort/testkit';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { loadIngestSettings } from './config.js';
import { startIngest, type Ingest } from './start-ingest.js';

let dir: string;
let postgres: PostgresServer;
let ca: Credential;
let relayEnv: NodeJS.ProcessEnv;
let databases = 0;
const silent = createLogger('test', 'error', { write: () => undefined });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-ingest-'));
  postgres = await startPostgres({ dataDir: join(dir, 'pg'), temporary: true });
  ca = await createAuthority({ commonName: 'agent CA', days: 1 });
  const leaf = await issueLeaf(ca, {
    commonName: 'relay',
    names: ['localhost', '127.0.0.1'],
    usage: ['server'],
    seconds: 3600,
  });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  relayEnv = {
    HOLDSHORT_RELAY_CERT_FILE: await file('relay.pem', leaf.certificate),
    HOLDSHORT_RELAY_KEY_FILE: await file('relay.key', leaf.privateKey),
    HOLDSHORT_AGENT_CA_CERT_FILE: await file('ca.pem', ca.certificate),
  };
}, 120_000);

afterAll(async () => {
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}, 30_000);

const newDatabase = (): Promise<string> => {
  databases += 1;
  return postgres.createDatabase(`ingest_${databases}`);
};

async function clientTls(name: string): Promise<RelayTls> {
  const leaf = await issueLeaf(ca, {
    commonName: 'x',
    names: [`spiffe://holdshort/default/${name}`],
    usage: ['client'],
    seconds: 600,
  });
  return { ca: ca.certificate, cert: leaf.certificate, key: leaf.privateKey };
}

const emitter: Emitter = { id: 'agt_1', host: 'box', version: '1' };
const newChain = (): EventChain => new EventChain({ emitter, tenant: 'default' });

function sealed(chain: EventChain, draft: Partial<EventDraft> = {}): OutgoingEvent {
  const { event, json } = chain.append(
    chain.prepare({ type: 'call.read', phase: 'single', correlation_id: 'c', ...draft }),
  );
  return { key: event.chain_id, value: json, event };
}

const raw = (value: Buffer | string): OutgoingEvent => ({
  key: 'poison',
  value: Buffer.from(value),
  event: { id: 'x', type: 'call.read', time: new Date().toISOString(), agent: emitter, tenant: 'default' },
});

async function rows<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const stored = async (url: string): Promise<AuditEvent[]> =>
  (await rows<{ event: AuditEvent }>(url, 'SELECT event FROM audit.events ORDER BY position')).map((row) => row.event);

const reasons = async (url: string): Promise<string[]> =>
  (await rows<{ reason: string }>(url, 'SELECT reason FROM audit.quarantine ORDER BY id')).map((row) => row.reason);

async function until(condition: () => Promise<boolean>, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    if (await condition().catch(() => false)) return;
    if (Date.now() > end) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const running: Ingest[] = [];

async function start(env: NodeJS.ProcessEnv): Promise<Ingest> {
  const ingest = await startIngest(loadIngestSettings(env), silent);
  running.push(ingest);
  return ingest;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((ingest) => ingest.stop()));
});

const ready = (ingest: Ingest): Promise<void> =>
  until(async () => (await fetch(`${ingest.health}/readyz`)).status === 200);

/** After a kill -9 the server's children hold its shared memory for a moment, and a start at once is refused. */
const restartPostgres = (): Promise<void> => until(() => postgres.restart().then(() => true));

describe('the relay into PostgreSQL', () => {
  let url: string;
  let ingest: Ingest;
  beforeEach(async () => {
    url = await newDatabase();
    ingest = await start({ ...relayEnv, HOLDSHORT_AUDIT_DATABASE_URL: url });
    await ready(ingest);
  });

  const relayAs = async (name: string): Promise<ReturnType<typeof createRelayPublisher>> =>
    createRelayPublisher({ address: ingest.relay ?? '', tls: await clientTls(name), watchdogMs: 5000 });

  test('an acknowledged batch is stored, in order, with its columns', async () => {
    const publisher = await relayAs('agent/agt_1');
    const chain = newChain();
    const push = sealed(chain, {
      type: 'call.write',
      phase: 'attempt',
      session_id: 's1',
      human: { sub: '1', login: 'alice', idp: 'local' },
      target: { host: 'github.com', repo: 'acme/app' },
      push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: '1'.repeat(40), kind: 'create' }],
      decision: { id: 'd', effect: 'allow', rules: [], policy_version: 'v', reason: [] },
    });
    await publisher.publish([push, ...Array.from({ length: 300 }, () => sealed(chain))]);
    await publisher.close();
    expect(await verifyChain(await stored(url))).toMatchObject({ ok: true, events: 301 });
    expect(
      await rows(
        url,
        'SELECT type, phase, session_id, human_login, repo, ref, decision, seq FROM audit.events ORDER BY position LIMIT 1',
      ),
    ).toEqual([
      {
        type: 'call.write',
        phase: 'attempt',
        session_id: 's1',
        human_login: 'alice',
        repo: 'acme/app',
        ref: 'refs/heads/x',
        decision: 'allow',
        seq: '1',
      },
    ]);
  });

  test('checkpoints are stored after their events, once each; two that disagree are both kept', async () => {
    const publisher = await relayAs('agent/agt_1');
    const chain = newChain();
    const key = SigningKey.generate();
    const events = [sealed(chain), sealed(chain)];
    const head = chain.mark();
    const sign = async (hash: string): Promise<OutgoingRecord> => {
      const facts = {
        typ: 'checkpoint' as const,
        v: 1 as const,
        tenant: 'default',
        agent_id: 'agt_1',
        chain_id: chain.id,
      };
      const more = { from: 1, seq: head.seq, hash, time: new Date().toISOString(), final: false };
      const checkpoint = await signStatement({ ...facts, ...more }, key);
      return { key: chain.id, value: Buffer.from(canonicalJson(checkpoint)), checkpoint };
    };
    const batch = [...events, await sign(head.head), await sign('f'.repeat(64))];
    await publisher.publish(batch);
    await publisher.publish(batch);
    const foreign = { ...(await sign(head.head)), key: 'x' };
    await publisher.publish([{ ...foreign, value: Buffer.from(String(foreign.value).replace('agt_1', 'agt_2')) }]);
    await publisher.publish([{ ...foreign, value: Buffer.from('{}') }]);
    await publisher.close();
    const found = await rows<{ position: string; hash: string; seq: string }>(
      url,
      "SELECT position, seq, checkpoint->>'hash' AS hash FROM audit.checkpoints ORDER BY position",
    );
    expect(found.map(({ hash, seq }) => [seq, hash])).toEqual([
      ['2', head.head],
      ['2', 'f'.repeat(64)],
    ]);
    const [last] = await rows<{ position: string }>(url, 'SELECT max(position) AS position FROM audit.events');
    expect(Number(found[0]?.position)).toBeGreaterThan(Number(last?.position));
    expect(await reasons(url)).toEqual(['the sender is not the emitter that the event names', 'not a checkpoint: typ']);
  });

  test('a batch sent twice is stored once', async () => {
    const publisher = await relayAs('agent/agt_1');
    const chain = newChain();
    const batch = [sealed(chain), sealed(chain)];
    await publisher.publish(batch);
    await publisher.publish(batch);
    await publisher.publish([...batch, ...batch]);
    await publisher.close();
    expect(await stored(url)).toHaveLength(2);
    expect(await reasons(url)).toEqual([]);
  });

  test('poison goes to quarantine with its bytes and its reason, and what stands around it is stored', async () => {
    const publisher = await relayAs('agent/agt_1');
    const chain = newChain();
    const first = sealed(chain);
    const otherId = (n: number): string => `${first.event.id.slice(0, 24)}${String(n).padStart(12, '0')}`;
    const forged = {
      ...(JSON.parse(String(first.value)) as AuditEvent),
      correlation_id: 'changed',
      hash: 'f'.repeat(64),
    };
    const nul = JSON.stringify({
      ...(JSON.parse(String(first.value)) as AuditEvent),
      id: otherId(1),
      correlation_id: 'a\0b',
    });
    const hugeSeq = String(first.value)
      .replace('"seq":1,', '"seq":9007199254740991,')
      .replace(/"id":"0[^"]*"/, `"id":"${otherId(2)}"`);
    const number = String(first.value)
      .replace('"correlation_id":"c"', '"correlation_id":"c","detail":{"n":1e999999}')
      .replace(/"id":"0[^"]*"/, `"id":"${otherId(3)}"`);
    // JSON.parse never sees it: decoders take it away.
    const byteOrderMark = `\ufeff${String(first.value).replace(/"id":"0[^"]*"/, `"id":"${otherId(4)}"`)}`;
    const old = sealed(chain, { time: '1999-01-01T00:00:00.000Z' });
    const foreign = new EventChain({ emitter: { ...emitter, id: 'agt_other' }, tenant: 'default' });
    const batch = [
      first,
      raw('not json'),
      raw(Buffer.from([0xff, 0xfe])),
      raw('{}'),
      raw(nul),
      raw(JSON.stringify(forged)),
      raw(hugeSeq),
      raw(number),
      raw(byteOrderMark),
      old,
      sealed(foreign),
      sealed(chain),
    ];
    await publisher.publish(batch);
    await publisher.close();
    const all = await reasons(url);
    expect(all).toEqual(
      expect.arrayContaining([
        'not JSON in UTF-8',
        'id is not a UUID',
        'NUL or lone surrogate in a text',
        'a number that no double holds',
        'another event has this id',
        'time out of range',
        'the sender is not the emitter that the event names',
      ]),
    );
    expect(all.some((reason) => reason.startsWith('refused by the database: 22'))).toBe(true);
    expect((await stored(url)).map((event) => event.seq)).toEqual([1, 9007199254740991, 3]);
    const [bytes] = await rows<{ raw: Buffer }>(
      url,
      "SELECT raw FROM audit.quarantine WHERE reason = 'not JSON in UTF-8' ORDER BY id",
    );
    expect(String(bytes?.raw)).toBe('not json');
  });

  test('hostile branch names are stored as safe text, their exact bytes beside them', async () => {
    const publisher = await relayAs('agent/agt_1');
    await publisher.publish([
      sealed(newChain(), { target: { host: 'github.com', repo: 'acme/app', ref: 'refs/heads/a\0b\ud800' } }),
    ]);
    await publisher.close();
    const [event] = await stored(url);
    expect(event?.target?.ref).toBe('refs/heads/a\uFFFDb\uFFFD');
    const exact = String(event?.detail?.['raw:target.ref']).replace('utf16le:', '');
    expect(Buffer.from(exact, 'base64').toString('utf16le')).toBe('refs/heads/a\0b\ud800');
  });

  test.each(['join/jt_1', 'service/other/x'])('a certificate of %s is refused', async (name) => {
    const publisher = await relayAs(name);
    await expect(publisher.publish([sealed(newChain())])).rejects.toThrow(
      'This certificate may not send audit events.',
    );
    await publisher.close();
    expect(await stored(url)).toEqual([]);
  });

  test('a client of another CA gets no connection', async () => {
    const mine = ca;
    ca = await createAuthority({ commonName: 'other CA', days: 1 });
    const tls = await clientTls('agent/agt_1');
    ca = mine;
    const publisher = createRelayPublisher({
      address: ingest.relay ?? '',
      tls: { ...tls, ca: ca.certificate },
      watchdogMs: 2000,
    });
    await expect(publisher.publish([sealed(newChain())])).rejects.toThrow();
    await publisher.close();
  });

  test('health, readiness and metrics', async () => {
    expect((await fetch(`${ingest.health}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${ingest.health}/metrics`)).text()).toContain('holdshort_ingest_rows_total');
  });
});

test('a database that is killed and comes back: the spool and the relay lose nothing', async () => {
  const url = await newDatabase();
  const ingest = await start({ ...relayEnv, HOLDSHORT_AUDIT_DATABASE_URL: url });
  const publisher = createRelayPublisher({
    address: ingest.relay ?? '',
    tls: await clientTls('agent/agt_1'),
    watchdogMs: 3000,
  });
  const trail = await openAuditTrail({ dir: join(dir, 'spool'), emitter, tenant: 'default', publisher });
  const recorded: AuditEvent[] = [];
  const record = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1)
      recorded.push((await trail.record({ type: 'agent.stopped', phase: 'single', correlation_id: `c${n}` })).event);
  };
  await record(500);
  const flowing = record(1000);
  await postgres.kill('SIGKILL');
  await flowing;
  await until(async () => (await fetch(`${ingest.health}/readyz`)).status === 503);
  await restartPostgres();
  await trail.close(60_000);
  expect(trail.status().pending).toBe(0);
  const events = await stored(url);
  expect(events.map((event) => event.id)).toEqual(recorded.map((event) => event.id));
  expect(await verifyChain(events)).toMatchObject({ ok: true, events: 1500 });
}, 120_000);

test('two ingests that start at once on an empty database both get ready', async () => {
  const url = await newDatabase();
  const both = await Promise.all([
    start({ ...relayEnv, HOLDSHORT_AUDIT_DATABASE_URL: url }),
    start({ ...relayEnv, HOLDSHORT_AUDIT_DATABASE_URL: url }),
  ]);
  for (const ingest of both) await ready(ingest);
  expect(await rows(url, 'SELECT name FROM audit.migrations ORDER BY name')).toEqual([
    { name: '001-events' },
    { name: '002-quarantine' },
    { name: '003-checkpoints' },
    { name: '004-search' },
    { name: '005-retention' },
    { name: '006-replays' },
    { name: '007-exact-text' },
    { name: '008-known-events' },
    { name: '009-fewer-indexes' },
    { name: '010-require-new' },
    { name: '011-order-of-bytes' },
  ]);
});

test('searches for a type have an index, except for the types that nearly all events have', async () => {
  const url = await newDatabase();
  await ready(await start({ ...relayEnv, HOLDSHORT_AUDIT_DATABASE_URL: url }));
  const planOf = async (type: string): Promise<string> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('SET enable_seqscan = off');
    const { rows: lines } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT event FROM audit.events WHERE type >= '${type}' AND type <= '${type}' ORDER BY type, position LIMIT 101`,
    );
    await client.end();
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  };
  for (const type of EVENT_TYPE_NAMES)
    expect([type, (await planOf(type)).includes('_type_position_idx')]).toEqual([type, !FREQUENT_TYPES.includes(type)]);
});

test('a relay that is half configured is refused aloud', async () => {
  await expect(start({ HOLDSHORT_AUDIT_DATABASE_URL: 'postgresql://127.0.0.1:1/x' })).rejects.toMatchObject({
    code: 'request_malformed',
  });
});

describeWithKafka('Kafka into PostgreSQL', (broker) => {
  test('started before broker and database answer, over a broker restart, with poison between: each event once, in order', async () => {
    const url = await newDatabase();
    await broker().stop();
    await postgres.kill('SIGKILL');
    await start({
      HOLDSHORT_AUDIT_DATABASE_URL: url,
      HOLDSHORT_KAFKA_BROKERS: broker().brokers.join(','),
    });
    await restartPostgres();
    await broker().restart();
    const publisher = createKafkaPublisher({ brokers: broker().brokers });
    const trail = await openAuditTrail({ dir: join(dir, 'spool-k'), emitter, tenant: 'default', publisher });
    trail.signCheckpoints(SigningKey.generate());
    const ids: string[] = [];
    const record = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1)
        ids.push((await trail.record({ type: 'agent.stopped', phase: 'single', correlation_id: `c${n}` })).event.id);
    };
    await record(1000);
    await until(async () => (await stored(url)).length === 1000);
    const producer = new Kafka({ brokers: broker().brokers, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({
      topic: 'holdshort.audit.events.v1',
      messages: Array.from({ length: 12 }, (_, n) => ({ key: `k${n}`, value: n === 0 ? null : `poison ${n}` })),
    });
    await producer.disconnect();
    const flowing = record(1000);
    await broker().kill('SIGKILL');
    await flowing;
    await broker().restart();
    await trail.close(60_000);
    await until(async () => (await stored(url)).length === 2000);
    expect((await stored(url)).map((event) => event.id)).toEqual(ids);
    await until(async () => (await reasons(url)).length === 12);
    const heads = (): Promise<{ seq: string; final: boolean; hash: string }[]> =>
      rows(
        url,
        "SELECT seq, checkpoint->'final' AS final, checkpoint->>'hash' AS hash FROM audit.checkpoints ORDER BY seq",
      );
    await until(async () => (await heads()).at(-1)?.final === true);
    expect((await heads()).length).toBeGreaterThan(4);
    expect((await heads()).at(-1)).toMatchObject({ seq: '2000', hash: (await stored(url)).at(-1)?.hash });
    await running.pop()?.stop();
    const again = await start({
      HOLDSHORT_AUDIT_DATABASE_URL: url,
      HOLDSHORT_KAFKA_BROKERS: broker().brokers.join(','),
    });
    await ready(again);
    expect(await stored(url)).toHaveLength(2000);
    expect(await reasons(url)).toHaveLength(12);
  }, 240_000);
});
