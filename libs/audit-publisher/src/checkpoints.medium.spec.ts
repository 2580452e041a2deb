import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuditKeys,
  SigningKey,
  signStatement,
  TrailVerifier,
  type AuditEvent,
  type Checkpoint,
  type Signer,
  type TrailVerdict,
} from '@holdshort/audit-events';
import {
  isCheckpoint,
  openAuditTrail,
  openSegmentFile,
  readSpool,
  type AuditTrail,
  type AuditTrailOptions,
  type OutgoingRecord,
  type Publisher,
} from './index.js';

/** Keeps what it gets, in order; can be down. */
class MemoryPublisher implements Publisher {
  readonly kind = 'memory';
  readonly records: OutgoingRecord[] = [];
  up = true;
  publish(batch: readonly OutgoingRecord[]): Promise<void> {
    if (!this.up) return Promise.reject(new Error('the other side is away'));
    this.records.push(...batch);
    return Promise.resolve();
  }
  isConnected(): boolean {
    return this.up;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  get checkpoints(): Checkpoint[] {
    return this.records.filter(isCheckpoint).map(({ value }) => JSON.parse(String(value)) as Checkpoint);
  }
}

const root = SigningKey.generate();
const key = SigningKey.generate();
let keys: AuditKeys;
let dir: string;
let publisher: MemoryPublisher;

beforeAll(async () => {
  const certify = (owner: string, certified: SigningKey) =>
    signStatement(
      {
        ...({ typ: 'key', v: 1, tenant: 'default', owner, key: certified.kid, x: certified.x } as const),
        valid_from: new Date().toISOString(),
      },
      root,
    );
  keys = AuditKeys.read([await certify('control-plane', root), await certify('agt_test', key)]);
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-checkpoints-'));
  publisher = new MemoryPublisher();
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (more: Partial<AuditTrailOptions> = {}): Promise<AuditTrail> =>
  openAuditTrail({
    dir: join(dir, 'spool'),
    emitter: { id: 'agt_test', host: 'box', version: '1' },
    tenant: 'default',
    publisher,
    ...more,
  });

const record = (trail: AuditTrail, count: number): Promise<AuditEvent[]> =>
  Promise.all(
    Array.from(
      { length: count },
      async (_, n) => (await trail.record({ type: 'agent.stopped', phase: 'single', correlation_id: `c${n}` })).event,
    ),
  );

async function recordOneByOne(trail: AuditTrail, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await record(trail, 1);
}

/** As a kill would leave it; what is renamed while it is copied (the cursor) is copied at the next try. */
async function copySpool(from: string, to: string, tries = 20): Promise<void> {
  try {
    await cp(from, to, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 0) throw error;
    await rm(to, { recursive: true, force: true });
    await copySpool(from, to, tries - 1);
  }
}

async function until(condition: () => boolean, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function verdict(records: readonly OutgoingRecord[] = publisher.records): TrailVerdict {
  const verifier = new TrailVerifier({ keys });
  for (const one of records) {
    if (isCheckpoint(one)) verifier.addCheckpoint(JSON.parse(String(one.value)) as Checkpoint);
    else verifier.addEvent(JSON.parse(String(one.value)) as AuditEvent);
  }
  return verifier.verdict();
}

test('heads are signed after 256 events and at the end, and vouch for every record', async () => {
  const trail = await open();
  const signed: Checkpoint[] = [];
  trail.signCheckpoints(key, (checkpoint) => void signed.push(checkpoint));
  await recordOneByOne(trail, 600);
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true, events: 600, unchecked: 0 });
  expect([...verdict().chains.values()]).toEqual([expect.objectContaining({ vouched: 600, agent_id: 'agt_test' })]);
  expect(publisher.checkpoints).toEqual(signed);
  expect(signed.length).toBeGreaterThanOrEqual(3);
  expect(signed.map(({ final }) => final)).toEqual(signed.map((_, n) => n === signed.length - 1));
  expect(signed.map(({ from }) => from)).toEqual([1, ...signed.slice(0, -1).map(({ seq }) => seq + 1)]);
  for (const { from, seq } of signed.slice(0, -1)) expect(seq - from + 1).toBeGreaterThanOrEqual(256);
});

test('many at once are covered too, whatever the commits hold', async () => {
  const trail = await open();
  trail.signCheckpoints(key);
  for (let round = 0; round < 5; round += 1) await record(trail, 2000);
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true, events: 10_000, unchecked: 0 });
  expect([...verdict().chains.values()]).toEqual([expect.objectContaining({ vouched: 10_000 })]);
});

test('the last word on a chain covers it all, though it ends while its head is being signed', async () => {
  const trail = await open();
  const slow: Signer = {
    kid: key.kid,
    sign: async (text) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return key.sign(text);
    },
  };
  trail.signCheckpoints(slow);
  await record(trail, 300);
  await record(trail, 300);
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true, events: 600, unchecked: 0 });
  expect(publisher.checkpoints.at(-1)).toMatchObject({ seq: 600, final: true });
  expect(publisher.checkpoints.filter(({ final }) => final)).toHaveLength(1);
});

test('a head is signed after a while though few events come, and only where something is new', async () => {
  const trail = await open({ checkpointMs: 50 });
  trail.signCheckpoints(key);
  await record(trail, 3);
  await until(() => publisher.checkpoints.length === 1);
  expect(publisher.checkpoints[0]).toMatchObject({ from: 1, seq: 3, final: false });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(publisher.checkpoints).toHaveLength(1);
  await record(trail, 1);
  await until(() => publisher.checkpoints.length === 2);
  expect(publisher.checkpoints[1]).toMatchObject({ from: 4, seq: 4 });
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true });
});

test('without a key nothing is signed; with one, all that was written before', async () => {
  const trail = await open({ checkpointMs: 20 });
  await record(trail, 300);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(publisher.checkpoints).toEqual([]);
  trail.signCheckpoints(key);
  await until(() => publisher.checkpoints.length === 1);
  expect(publisher.checkpoints[0]).toMatchObject({ from: 1, seq: 300 });
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true });
});

test('the next boot signs the end of a chain whose process was killed', async () => {
  const killed = await open();
  killed.signCheckpoints(key);
  await record(killed, 260);
  await until(() => publisher.checkpoints.length === 1);
  await record(killed, 5);
  const copy = join(dir, 'left-behind');
  await until(() => publisher.records.length === 266);
  await copySpool(join(dir, 'spool'), copy);
  await rm(join(copy, 'lock'));
  await killed.close();
  publisher.records.splice(266);
  const next = await open({ dir: copy });
  next.signCheckpoints(key);
  await record(next, 1);
  await next.close();
  const chainId = publisher.records[0]?.key;
  expect(publisher.checkpoints.filter((one) => one.chain_id === chainId)).toEqual([
    expect.objectContaining({ final: false }),
    expect.objectContaining({ from: 261, seq: 265, final: true }),
  ]);
  // what the crash left unacknowledged comes twice
  const seen = new Set<string>();
  const once = publisher.records.filter(({ value }) => !seen.has(String(value)) && seen.add(String(value)));
  expect(verdict(once)).toMatchObject({ ok: true, unchecked: 0 });
});

test('the chain of another identity in the same folder is not signed with a key that is not its own', async () => {
  const before = await open();
  await record(before, 3);
  await before.close();
  const after = await open({ emitter: { id: 'agt_new', host: 'box', version: '1' } });
  after.signCheckpoints(key);
  await record(after, 1);
  await after.close();
  expect(publisher.checkpoints.map(({ agent_id: id }) => id)).toEqual(['agt_new']);
});

test('a signature that fails is made up for by the next, and delays no record', async () => {
  let failures = 2;
  const faulty: Signer = {
    kid: key.kid,
    sign: (text) => ((failures -= 1) >= 0 ? Promise.reject(new Error('no')) : key.sign(text)),
  };
  const trail = await open({ checkpointMs: 20 });
  trail.signCheckpoints(faulty);
  await record(trail, 400);
  await until(() => publisher.checkpoints.length === 1);
  expect(publisher.checkpoints[0]).toMatchObject({ from: 1, seq: 400 });
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true });
});

test('a disk that fails takes the checkpoint along; the one after it covers the chain as it went on', async () => {
  let broken = false;
  const trail = await open({
    checkpointMs: 20,
    openFile: async (path) => {
      const file = await openSegmentFile(path);
      return {
        ...file,
        append: (bytes) => (broken ? Promise.reject(new Error('EIO')) : file.append(bytes)),
        close: () => file.close(),
      };
    },
  });
  trail.signCheckpoints(key);
  await record(trail, 10);
  broken = true;
  await expect(record(trail, 1)).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 100));
  broken = false;
  await until(() => trail.isWritable());
  await record(trail, 10);
  await trail.close();
  expect(verdict()).toMatchObject({ ok: true, events: 20, unchecked: 0 });
  expect([...verdict().chains.values()]).toEqual([expect.objectContaining({ vouched: 20 })]);
});

test('checkpoints wait in the spool with their events, and the spool itself can be verified', async () => {
  publisher.up = false;
  const first = await open();
  first.signCheckpoints(key);
  await record(first, 300);
  await first.close(0);
  const verifier = new TrailVerifier({ keys, partialStart: true });
  for await (const item of readSpool(join(dir, 'spool'))) {
    if ('checkpoint' in item) verifier.addCheckpoint(item.checkpoint);
    else verifier.addEvent(item.event);
  }
  expect(verifier.verdict()).toMatchObject({ ok: true, events: 300, unchecked: 0 });
  publisher.up = true;
  const second = await open();
  await second.close();
  expect(verdict()).toMatchObject({ ok: true, events: 300 });
  expect(publisher.checkpoints.at(-1)).toMatchObject({ seq: 300, final: true });
});
