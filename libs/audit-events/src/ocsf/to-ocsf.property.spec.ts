import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import {
  EVENT_CATALOGUE,
  EVENT_TYPE_NAMES,
  EventChain,
  exampleEvent,
  eventHash,
  toOcsf,
  type AuditEvent,
  type EventDraft,
  type OcsfRecord,
} from '../index.js';
import { OCSF_CLASSES } from './ocsf-kind.js';

// OCSF's patterns are not written for the `u` flag
const ajv = new Ajv2020({ strict: false, unicodeRegExp: false, allErrors: true });
const published = new Map<number, ValidateFunction>(
  Object.entries(OCSF_CLASSES).map(([name, { uid }]) => [
    uid,
    ajv.compile(JSON.parse(readFileSync(new URL(`../../ocsf/1.8.0/${name}.json`, import.meta.url), 'utf8')) as object),
  ]),
);

function problems(record: OcsfRecord | undefined): string {
  if (!record) return 'no record';
  // what is sent, not what stands in memory: members that are undefined are gone
  const sent = JSON.parse(JSON.stringify(record)) as OcsfRecord;
  const validate = published.get(sent.class_uid);
  if (!validate) return `no class ${sent.class_uid}`;
  return validate(sent) ? '' : ajv.errorsText(validate.errors);
}

const HOSTILE = [
  '',
  '\u0000',
  '\u001b[31mred\u001b[0m',
  '\u202etxt.exe',
  '\ud800 lone',
  '\uffff',
  "' OR 1=1 --",
  '<script>',
  '__proto__',
  'x'.repeat(20_000),
  '🛫 ünïcode',
];
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 60 }));

/** The example with each of its texts, but those of closed lists, replaced by something hostile. */
function withTexts(value: unknown, next: () => string, path = ''): unknown {
  if (typeof value === 'string')
    return /\.(kind|severity|effect|outcome|allowed_by|code)$|^\.(type|phase)$/.test(path) ? value : next();
  if (Array.isArray(value)) return value.map((entry) => withTexts(entry, next, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withTexts(entry, next, `${path}.${key}`)]),
  );
}

const exampleDraft = (type: AuditEvent['type']): EventDraft => {
  const { phase, correlation_id } = exampleEvent(type);
  return { type, phase, correlation_id, ...EVENT_CATALOGUE[type].example };
};

function hostileEvent(type: AuditEvent['type'], texts: readonly string[]): AuditEvent {
  const draft = exampleDraft(type);
  let n = 0;
  const chain = new EventChain({
    emitter: { id: texts[0] ?? '', host: texts[1] ?? '', version: '1' },
    tenant: 'default',
  });
  const changed = withTexts(draft, () => texts[n++ % texts.length] ?? '') as EventDraft;
  return chain.append(chain.prepare({ ...changed, type, phase: draft.phase })).event;
}

describe.each(EVENT_TYPE_NAMES)('%s', (type) => {
  it('has an example whose OCSF record holds to the published schema', () => {
    expect(problems(toOcsf(exampleEvent(type)))).toBe('');
  });

  it('holds to it in every phase and with every outcome', () => {
    for (const phase of EVENT_CATALOGUE[type].phases)
      for (const outcome of ['success', 'refused', 'failed', 'unknown'] as const)
        expect(problems(toOcsf({ ...exampleEvent(type), phase, outcome }))).toBe('');
  });

  it('holds to it with nothing but what is always there', () => {
    const { required, requiredInOutcome = [], optional } = EVENT_CATALOGUE[type];
    const needed = new Set<string>([...required, ...requiredInOutcome]);
    const spare = new Set<string>(optional.filter((name) => !needed.has(name)));
    const event = Object.fromEntries(Object.entries(exampleEvent(type)).filter(([name]) => !spare.has(name)));
    expect(problems(toOcsf(event as unknown as AuditEvent))).toBe('');
  });

  it('holds to it whatever its texts are', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 2, maxLength: 12 }), (texts) => {
        expect(problems(toOcsf(hostileEvent(type, texts)))).toBe('');
      }),
      { numRuns: 40 },
    );
  });
});

it('carries what was hashed, so that the record can be checked without this program', () => {
  for (const type of EVENT_TYPE_NAMES) {
    const event = exampleEvent(type);
    const record = toOcsf(event)!;
    const { raw_data: raw, raw_data_hash: fingerprint } = record as unknown as {
      raw_data: string;
      raw_data_hash: { value: string };
    };
    expect(createHash('sha256').update(raw).digest('hex')).toBe(fingerprint.value);
    expect(fingerprint.value).toBe(eventHash(event));
    expect(JSON.parse(raw)).toMatchObject({ id: record.metadata.uid, prev_hash: event.prev_hash });
  }
});

it('says what a SIEM looks for', () => {
  expect(toOcsf(exampleEvent('call.write'))).toMatchObject({
    class_uid: 6003,
    activity_id: 3,
    type_uid: 600303,
    type_name: 'API Activity: Update',
    time: Date.parse('2026-01-31T09:26:53.580Z'),
    status_id: 1,
    action_id: 1,
    disposition: 'Allowed',
    metadata: { version: '1.8.0', event_code: 'HS-2002', sequence: 1 },
    actor: {
      app_name: 'copilot',
      user: { name: 'alice', email_addr: 'alice@acme.example' },
      session: { uid: 'ses_77ab' },
    },
    api: { operation: 'git/receive-pack', response: { code: 200 } },
    resources: [
      { name: 'acme/app', type: 'repository' },
      { name: 'refs/heads/fix-42', type: 'ref', namespace: 'acme/app' },
    ],
  });
  expect(toOcsf(exampleEvent('auth.refused'))).toMatchObject({
    class_uid: 3002,
    type_uid: 300201,
    severity: 'Medium',
    status: 'Failure',
    status_code: 'not_authenticated',
    user: { name: 'unknown' },
  });
  expect(toOcsf({ ...exampleEvent('call.write'), phase: 'attempt' })).toMatchObject({
    status_id: 99,
    status: 'Attempt',
  });
});

it('keeps a record of the longest event under what Kafka takes', () => {
  const chain = new EventChain({ emitter: { id: 'a', host: 'h', version: '1' }, tenant: 'default' });
  const draft = exampleDraft('call.write');
  const push = Array.from({ length: 60 }, (_value, n) => ({
    ref: `refs/heads/${n}`,
    old: '0',
    new: '1',
    kind: 'create' as const,
    paths: Array.from({ length: 60 }, () => '\u4e2d'.repeat(60)),
  }));
  const { event, json } = chain.append(chain.prepare({ ...draft, push }));
  expect(json.length).toBeGreaterThan(200_000);
  const record = toOcsf(event);
  expect(problems(record)).toBe('');
  expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(1_000_000);
  expect(record).toMatchObject({ raw_data_size: expect.any(Number), raw_data_hash: { value: event.hash } });
  expect(record).not.toHaveProperty('raw_data');
});

it.each([
  ['without what its class requires', { src_endpoint: undefined }],
  ['with a member that the class does not know', { verdict: 'fine' }],
  ['with another class', { class_uid: 3002 }],
  ['with a time as text', { time: '2026-01-31' }],
])('a record %s is found to be wrong', (_, change) => {
  const record = { ...toOcsf(exampleEvent('call.read'))!, ...change } as OcsfRecord;
  expect(problems(record)).not.toBe('');
});

it('leaves out a type that is newer than this version', () => {
  expect(toOcsf({ ...exampleEvent('call.read'), type: 'weather.changed' as AuditEvent['type'] })).toBeUndefined();
});

it('has a place in the catalogue for every type', () => {
  const classes = new Set(Object.values(EVENT_CATALOGUE).map(({ ocsf }) => ocsf.class));
  expect([...classes].sort()).toEqual(Object.keys(OCSF_CLASSES).sort());
});
