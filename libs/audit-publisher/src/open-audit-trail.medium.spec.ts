import { appendFile, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyChain, type AuditEvent, type TypedDraft } from '@holdshort/audit-events';
import {
  isCheckpoint,
  openAuditTrail,
  openSegmentFile,
  type AuditTrailOptions,
  type OpenSegmentFile,
  type OutgoingRecord,
  type Publisher,
} from './index.js';
import { callDraft } from './testing/call-drafts.js';

/** A publisher that keeps what it gets in memory, and can be down. */
class MemoryPublisher implements Publisher {
  readonly kind = 'memory';
  readonly records: OutgoingRecord[] = [];
  readonly attempts: string[][] = [];
  up = true;

  publish(batch: readonly OutgoingRecord[]): Promise<void> {
    this.attempts.push(batch.map((record) => (isCheckpoint(record) ? record.key : record.event.id)));
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
  get events(): AuditEvent[] {
    return this.records.map((record) => JSON.parse(record.value.toString('utf8')) as AuditEvent);
  }
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-spool-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (publisher: Publisher, more: Partial<AuditTrailOptions> = {}): AuditTrailOptions => ({
  dir,
  emitter: { id: 'agt_test', host: 'box', version: '1' },
  tenant: 'default',
  publisher,
  ...more,
});

const segments = async (): Promise<string[]> => (await readdir(dir)).filter((name) => name.endsWith('.seg')).sort();

async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('1,000 writers at once: each event is delivered once, in the order of one whole chain', async () => {
  const publisher = new MemoryPublisher();
  const trail = await openAuditTrail(options(publisher));
  const recorded = await Promise.all(
    Array.from({ length: 1000 }, async (_, n) => (await trail.record(callDraft(`c${n}`))).event),
  );
  await trail.close();
  expect(publisher.events).toEqual(recorded);
  expect(await verifyChain(publisher.events)).toMatchObject({ ok: true, events: 1000 });
});

test('what was not acknowledged before a restart comes first after it', async () => {
  const away = new MemoryPublisher();
  away.up = false;
  const first = await openAuditTrail(options(away));
  for (let n = 0; n < 20; n += 1) await first.record(callDraft(`a${n}`));
  await first.close(0);
  const back = new MemoryPublisher();
  const second = await openAuditTrail(options(back));
  expect(second.status().pending).toBe(20);
  await second.record(callDraft('b0'));
  await second.close();
  expect(back.events.map((event) => event.correlation_id)).toEqual([
    ...Array.from({ length: 20 }, (_, n) => `a${n}`),
    'b0',
  ]);
  expect(await verifyChain(back.events)).toMatchObject({ ok: true });
});

test('acknowledged events are not sent again after a restart, and their segments go', async () => {
  const publisher = new MemoryPublisher();
  for (let boot = 0; boot < 3; boot += 1) {
    const trail = await openAuditTrail(options(publisher));
    await trail.record(callDraft(`boot${boot}`));
    await trail.close();
  }
  expect(publisher.events.map((event) => event.correlation_id)).toEqual(['boot0', 'boot1', 'boot2']);
  expect((await segments()).length).toBeLessThanOrEqual(2);
});

test('the identical batch is repeated until it is acknowledged', async () => {
  const publisher = new MemoryPublisher();
  publisher.up = false;
  const trail = await openAuditTrail(options(publisher));
  await trail.record(callDraft('one'));
  await until(() => publisher.attempts.length === 1);
  await trail.record(callDraft('two'));
  await until(() => publisher.attempts.length >= 2);
  expect(publisher.attempts[1]).toEqual(publisher.attempts[0]);
  expect(trail.status()).toMatchObject({
    pending: 2,
    publisher: { connected: false, lastError: 'the other side is away' },
  });
  expect(trail.status().oldestPendingMs).toBeGreaterThan(0);
  publisher.up = true;
  await trail.close();
  expect(publisher.events.map((event) => event.correlation_id)).toEqual(['one', 'two']);
});

test('a torn tail is cut and kept aside; whole records before it are delivered', async () => {
  const away = new MemoryPublisher();
  away.up = false;
  const first = await openAuditTrail(options(away));
  await first.record(callDraft('whole'));
  await first.record(callDraft('torn'));
  await first.close(0);
  const [name = ''] = await segments();
  await truncate(join(dir, name), (await stat(join(dir, name))).size - 3);
  const back = new MemoryPublisher();
  const second = await openAuditTrail(options(back));
  await second.close();
  expect(back.events.map((event) => event.correlation_id)).toEqual(['whole']);
  expect((await readFile(join(dir, `${name}.torn`))).includes('"correlation_id":"torn"')).toBe(true);
});

test('garbage after the last record, and a half-made segment, do not stop the opening', async () => {
  const away = new MemoryPublisher();
  away.up = false;
  const first = await openAuditTrail(options(away));
  await first.record(callDraft('kept'));
  await first.close(0);
  const [name = ''] = await segments();
  await appendFile(join(dir, name), Buffer.alloc(100));
  await appendFile(join(dir, '000000000009.seg'), Buffer.from([1, 2, 3]));
  const back = new MemoryPublisher();
  const second = await openAuditTrail(options(back));
  await second.close();
  expect(back.events.map((event) => event.correlation_id)).toEqual(['kept']);
});

test('a full spool refuses new events, still takes outcomes, and opens again once events are delivered', async () => {
  const publisher = new MemoryPublisher();
  publisher.up = false;
  const seen: string[] = [];
  const trail = await openAuditTrail(
    options(publisher, { maxBytes: 64 * 1024, segmentBytes: 8 * 1024, onStatus: (status) => seen.push(status.state) }),
  );
  const attempts: AuditEvent[] = [(await trail.record(callDraft('w0', 'attempt'))).event];
  await expect(
    (async () => {
      for (;;) attempts.push((await trail.record(callDraft(`w${attempts.length}`, 'single', 'x'.repeat(500)))).event);
    })(),
  ).rejects.toMatchObject({
    code: 'audit_unavailable',
    message: 'The audit spool is full, and nothing is done without a record.',
  });
  expect(trail.isWritable()).toBe(false);
  expect(trail.status().bytes).toBeLessThanOrEqual(64 * 1024);
  await trail.record(callDraft('w0', 'outcome'));
  expect(trail.status().state).toBe('full');
  publisher.up = true;
  await until(() => trail.status().pending === 0 && trail.isWritable());
  await trail.record(callDraft('later'));
  await trail.close();
  expect(publisher.events.map((event) => event.correlation_id)).toEqual([
    ...attempts.map((event) => event.correlation_id),
    'w0',
    'later',
  ]);
  expect(await verifyChain(publisher.events)).toMatchObject({ ok: true });
  expect(seen).toContain('full');
  expect(seen.at(-1)).toBe('ok');
});

/** The real files, with a disk that refuses at will. `after` also leaves the bytes in the file, as a failed fsync may. */
function failingDisk(): { openFile: OpenSegmentFile; fail: 'no' | 'before' | 'after'; writesAfterFailure: number } {
  const disk = {
    fail: 'no' as 'no' | 'before' | 'after',
    writesAfterFailure: 0,
    openFile: (async (path) => {
      const file = await openSegmentFile(path);
      let failed = false;
      return {
        append: async (bytes) => {
          if (failed) disk.writesAfterFailure += 1;
          if (disk.fail === 'no') return file.append(bytes);
          failed = true;
          if (disk.fail === 'after') await file.append(bytes);
          throw Object.assign(new Error('EIO'), { code: 'EIO' });
        },
        close: () => file.close(),
      };
    }) as OpenSegmentFile,
  };
  return disk;
}

test.each(['before', 'after'] as const)(
  'a failed fsync (%s the bytes reached the file) refuses the record, which never becomes part of the chain',
  async (fail) => {
    const disk = failingDisk();
    const publisher = new MemoryPublisher();
    publisher.up = false;
    const trail = await openAuditTrail(options(publisher, { openFile: disk.openFile }));
    await trail.record(callDraft('before'));
    disk.fail = fail;
    await expect(trail.record(callDraft('refused', 'attempt'))).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(trail.status().state).toBe('failed');
    expect(trail.isWritable()).toBe(false);
    await expect(trail.record(callDraft('refused too'))).rejects.toMatchObject({ code: 'audit_unavailable' });
    disk.fail = 'no';
    await until(() => trail.isWritable());
    await trail.record(callDraft('after'));
    await trail.close(0);
    const back = new MemoryPublisher();
    const again = await openAuditTrail(options(back));
    expect(again.unresolvedAttempts).toEqual([]);
    await again.close();
    expect(back.events.map((event) => event.correlation_id)).toEqual(['before', 'after']);
    expect(await verifyChain(back.events)).toMatchObject({ ok: true });
    expect(disk.writesAfterFailure).toBe(0);
  },
);

test('an attempt without outcome survives the deletion of its segment, over several boots, until it is resolved', async () => {
  const publisher = new MemoryPublisher();
  const small = { maxBytes: 256 * 1024, segmentBytes: 4 * 1024 };
  const first = await openAuditTrail(options(publisher, small));
  const { event: attempt } = await first.record(callDraft('push-1', 'attempt'));
  for (let n = 0; n < 60; n += 1) await first.record(callDraft(`r${n}`, 'single', 'x'.repeat(200)));
  await until(async () => (await segments())[0] !== '000000000001.seg');
  await first.close();
  for (let boot = 0; boot < 2; boot += 1) {
    const middle = await openAuditTrail(options(publisher, small));
    expect(middle.unresolvedAttempts).toEqual([attempt]);
    await middle.close();
  }
  const last = await openAuditTrail(options(publisher, small));
  await last.record(callDraft('push-1', 'outcome'));
  await last.close();
  const after = await openAuditTrail(options(publisher, small));
  expect(after.unresolvedAttempts).toEqual([]);
  await after.close();
  expect(publisher.events.filter((event) => event.id === attempt.id)).toHaveLength(1);
});

test('an accepted push whose attestation the process did not come to is known at the next start, delivered or not', async () => {
  const push = (correlationId: string): TypedDraft => ({
    ...callDraft(correlationId, 'outcome'),
    ...{ type: 'call.write', phase: 'outcome', outcome: 'success', target: { host: 'github.com', repo: 'acme/app' } },
    push: [{ ref: 'refs/heads/x', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create', result: 'ok' }],
  });
  const first = await openAuditTrail(options(new MemoryPublisher()));
  expect(first.unattestedPushes).toEqual([]);
  const { event: attested } = await first.record(push('c1'));
  const { target } = attested;
  if (!target) throw new Error('the draft has one');
  await first.record({
    ...{ type: 'push.attested', phase: 'single', correlation_id: 'c1', outcome: 'success', target, push: [] },
    detail: { envelope: '{}', event_id: attested.id },
  });
  const { event: left } = await first.record(push('c2'));
  await first.record(callDraft('c3'));
  await first.close();
  const again = await openAuditTrail(options(new MemoryPublisher()));
  expect(again.unattestedPushes).toEqual([left]);
  await again.close();
});

test('the folder belongs to one trail; closing gives it back', async () => {
  const publisher = new MemoryPublisher();
  const first = await openAuditTrail(options(publisher));
  await expect(openAuditTrail(options(publisher))).rejects.toMatchObject({ code: 'audit_unavailable' });
  await first.close();
  const second = await openAuditTrail(options(publisher));
  await second.close();
  await expect(second.record(callDraft('late'))).rejects.toMatchObject({ code: 'audit_unavailable' });
});

test('a spool that cannot be made says so', async () => {
  await appendFile(join(dir, 'file'), 'not a folder');
  await expect(
    openAuditTrail(options(new MemoryPublisher(), { dir: join(dir, 'file', 'spool') })),
  ).rejects.toMatchObject({ code: 'audit_unavailable' });
});
