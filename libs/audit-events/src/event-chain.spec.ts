import {
  EventChain,
  CHAIN_START_HASH,
  eventHash,
  parseEvent,
  verifyChain,
  canonicalJson,
  type AuditEvent,
  type EventDraft,
} from './index.js';

const chain = (clock?: () => Date): EventChain =>
  new EventChain({
    emitter: { id: 'agt_1', host: 'box', version: '1' },
    tenant: 'default',
    ...(clock ? { clock } : {}),
  });

const draft = (more: Partial<EventDraft> = {}): EventDraft => ({
  type: 'call.read',
  phase: 'single',
  correlation_id: 'c',
  ...more,
});

const add = (to: EventChain, more: Partial<EventDraft> = {}): AuditEvent => to.append(to.prepare(draft(more))).event;

test('an event gets its place, code, emitter and a hash over its canonical form', () => {
  const one = chain(() => new Date('2026-01-02T03:04:05.678Z'));
  const { event, json } = one.append(one.prepare(draft()));
  expect(event).toMatchObject({
    seq: 1,
    code: 'HS-2001',
    prev_hash: CHAIN_START_HASH,
    time: '2026-01-02T03:04:05.678Z',
    chain_id: one.id,
    specversion: 1,
  });
  expect(json.toString()).toBe(canonicalJson(event));
  expect(event.hash).toBe(eventHash(event));
  expect(parseEvent(json)).toEqual({ event });
});

test('the hash is the one that the published rule gives, computed apart', async () => {
  const { createHash } = await import('node:crypto');
  const event = add(chain(), { detail: { z: 1, a: 'ü' } });
  const { hash, ...rest } = event;
  const sorted = (value: unknown): unknown =>
    typeof value !== 'object' || value === null
      ? value
      : Array.isArray(value)
        ? value.map(sorted)
        : Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, entry]) => [key, sorted(entry)]),
          );
  expect(
    createHash('sha256')
      .update(JSON.stringify(sorted(rest)))
      .digest('hex'),
  ).toBe(hash);
});

test('ids are UUIDv7 that sort in the order they were made, though the clock stands still or steps back', () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const one = chain(() => new Date((now -= 1)));
  const ids = Array.from({ length: 10_000 }, () => add(one).id);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
});

test('after a clock that was days ahead is put right, ids are near the time of their events again', () => {
  const day = 86_400_000;
  let now = Date.parse('2026-01-09T00:00:00.000Z');
  const one = chain(() => new Date(now));
  const before = add(one).id;
  now -= 3 * day;
  const ids = Array.from({ length: 5000 }, () => add(one).id);
  const times = [before, ...ids].map((id) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));
  expect(times[0]).toBe(now + 3 * day);
  expect(Math.max(...times.slice(1)) - now).toBeLessThan(1000);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

test('rewinding leaves no gap', async () => {
  const one = chain();
  const kept = [add(one), add(one)];
  const mark = one.mark();
  add(one);
  one.rewind(mark);
  kept.push(add(one));
  expect(kept.map((event) => event.seq)).toEqual([1, 2, 3]);
  expect(await verifyChain(kept)).toMatchObject({ ok: true });
});

test('a later change of the draft by the caller does not reach the event', () => {
  const one = chain();
  const mine = draft({ detail: { n: 1 } });
  const prepared = one.prepare(mine);
  mine.detail = { n: 2 };
  expect(one.append(prepared).event.detail).toEqual({ n: 1 });
});

describe('hostile content', () => {
  test('NUL, lone surrogates and noncharacters are replaced, the exact text kept', () => {
    const event = add(chain(), { target: { host: 'github.com', ref: 'a\0b' }, correlation_id: '\udc00\uffff' });
    expect(event.target?.ref).toBe('a\uFFFDb');
    expect(event.correlation_id).toBe('\uFFFD\uFFFD');
    expect(event.detail?.['raw:target.ref']).toBe(`utf8:${Buffer.from('a\0b').toString('base64')}`);
    expect(event.detail?.['raw:correlation_id']).toBe(
      `utf16le:${Buffer.from('\udc00\uffff', 'utf16le').toString('base64')}`,
    );
  });

  test.each([
    ['a sequence that a terminal obeys', '\u001b[2J\u009b31m', '\uFFFD[2J\uFFFD31m'],
    ['a line that would forge a log', 'ok\r\nlevel=error', 'ok  level=error'],
    ['text that turns its direction', 'a\u202etxt.exe\u2069', 'a\uFFFDtxt.exe\uFFFD'],
    ['separators of lines', 'a\u2028b\u2029', 'a\uFFFDb\uFFFD'],
    ['text that nobody sees', '\ufeffa\u200bb\u{e0041}', '\uFFFDa\uFFFDb\uFFFD'],
    ['backspaces and a bell', 'rm\b\b\u0007\u007f', 'rm\uFFFD\uFFFD\uFFFD\uFFFD'],
  ])('%s is made safe in every string, and its exact bytes are kept', (_, text, safe) => {
    const kept = `utf8:${Buffer.from(text).toString('base64')}`;
    const event = add(chain(), {
      request: { surface: text, operation: 'o', class: 'c', intents: [text], method: 'GET', path: '/' },
      push: [{ ref: text, old: '0', new: '1', kind: 'update', paths: ['x', text] }],
      error: { code: 'internal_error', message: text },
      lease: { id: 'l', kind: 'k', token_sha256_b64: '', permissions: { [text]: text }, expires: '' },
      detail: { note: text },
    });
    expect(event).toMatchObject({
      request: { surface: safe, intents: [safe] },
      push: [{ ref: safe, paths: ['x', safe] }],
      error: { message: safe },
      lease: { permissions: { [safe]: safe } },
      detail: {
        note: safe,
        'raw:request.surface': kept,
        'raw:request.intents[0]': kept,
        'raw:push[0].ref': kept,
        'raw:push[0].paths[1]': kept,
        'raw:error.message': kept,
        [`raw:lease.permissions.${safe}#key`]: kept,
        [`raw:lease.permissions.${safe}`]: kept,
        'raw:detail.note': kept,
      },
    });
  });

  test('names that differ only in what is unsafe do not hide one another', () => {
    const event = add(chain(), { detail: { 'a\u0000': 1, 'a\u0001': 2, 'a\uFFFD': 3 } });
    expect(event.detail).toMatchObject({ 'a\uFFFD': 3, 'a\uFFFD~2': 1, 'a\uFFFD~3': 2 });
    expect(event.detail?.['raw:detail.a\uFFFD~3#key']).toBe(`utf8:${Buffer.from('a\u0001').toString('base64')}`);
  });

  test('names have no escapes: a reader that had seen one name could take another for it', () => {
    JSON.parse('{"":1,"\\\\":2}');
    const event = add(chain(), { detail: { '': 1, '"': 2, '\\': 3 } });
    expect(event.detail).toMatchObject({ '': 1, '\uFFFD': 2, '\uFFFD~2': 3 });
    expect(event.detail?.['raw:detail.\uFFFD~2#key']).toBe(`utf8:${Buffer.from('\\').toString('base64')}`);
    expect(parseEvent(Buffer.from(canonicalJson(event)))).toEqual({ event });
    expect(parseEvent(Buffer.from(canonicalJson({ ...event, detail: { '': 1, '"': 2 } })))).toEqual({
      problem: 'NUL, lone surrogate, quote or backslash in a name',
    });
  });

  test('a host with a hostile name can emit events too', () => {
    const one = new EventChain({ emitter: { id: '\ud800', host: 'h\u001b[2J', version: '1' }, tenant: 't\n' });
    expect(add(one)).toMatchObject({ agent: { id: '\uFFFD', host: 'h\uFFFD[2J' }, tenant: 't ' });
  });

  test('what was cut is proven by the digest of its exact text', async () => {
    const { createHash } = await import('node:crypto');
    const text = `${'x'.repeat(5000)}\u0000`;
    const digest = createHash('sha256').update(text).digest('hex');
    expect(add(chain(), { correlation_id: text }).detail?.['cut:correlation_id']).toBe(`5001 sha256:${digest}`);
  });

  test('well-formed text outside ASCII stays as it is', () => {
    const text = 'grün 🛫 👩\u200d💻 می\u200cخواهم';
    expect(add(chain(), { correlation_id: text })).toMatchObject({ correlation_id: text });
  });

  test('long strings and lists are cut, with length and digest of the whole', () => {
    const paths = Array.from({ length: 5000 }, (_, n) => `dir/file-${n}`);
    const event = add(chain(), {
      correlation_id: 'x'.repeat(100_000),
      push: [{ ref: 'r', old: 'o', new: 'n', kind: 'update', paths }],
    });
    expect(event.correlation_id).toHaveLength(4096);
    expect(event.push?.[0]?.paths).toEqual(paths.slice(0, 1000));
    expect(event.detail?.['cut:push[0].paths']).toMatch(/^5000 sha256:[0-9a-f]{64}$/);
    expect(event.detail?.['cut:correlation_id']).toMatch(/^100000 sha256:[0-9a-f]{64}$/);
  });

  test('the worst event still fits into a Kafka record', () => {
    const long = '\u0001'.repeat(5000);
    const paths = Array.from({ length: 2000 }, () => long);
    const push = Array.from({ length: 2000 }, () => ({
      ref: long,
      old: long,
      new: long,
      kind: 'update' as const,
      paths,
    }));
    const detail = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`${n}${long}`, long]));
    const one = chain();
    const { json } = one.append(one.prepare(draft({ push: push.slice(0, 50), detail })));
    expect(json.length).toBeLessThan(1_000_000);
  });

  test('numbers that JSON cannot carry, and a key named __proto__, do no harm', () => {
    const detail = JSON.parse('{"__proto__":"x","n":1}') as Record<string, number | string>;
    detail.bad = Number.NaN;
    const event = add(chain(), { detail });
    expect(Object.keys(event.detail ?? {}).sort()).toEqual(['__proto__', 'n', 'raw:detail.bad']);
  });
});

test.each([
  ['not JSON', 'x', 'not JSON in UTF-8'],
  ['an array', '[]', 'not a JSON object'],
  ['an empty object', '{}', 'id is not a UUID'],
  ['null', 'null', 'not a JSON object'],
])('%s is no event', (_, text, problem) => {
  expect(parseEvent(Buffer.from(text))).toEqual({ problem });
});

test('nesting without end is refused, not followed', () => {
  const event = add(chain());
  const deep = JSON.stringify(event).replace(/}$/, `,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
  expect(parseEvent(Buffer.from(deep))).toEqual({ problem: 'nesting too deep' });
});
