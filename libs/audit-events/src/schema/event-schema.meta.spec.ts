import { Ajv2020 } from 'ajv/dist/2020.js';
import { EventChain, EVENT_CATALOGUE, EVENT_TYPE_NAMES, eventHash, type EventDraft } from '../index.js';
import { anyEventSchema, envelopeSchema, eventSchema, eventSchemas } from './event-schema.js';
import { exampleEvent } from './example-event.js';
import type { JsonSchema } from './field.js';
import { strictSchema } from './strict-schema.js';

const ajv = new Ajv2020({
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ },
});

const without = (value: object, key: string): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

type Check = (value: unknown) => string;

function checkOf(schema: JsonSchema): Check {
  const validate = ajv.compile(without(schema, '$id'));
  return (value) => (validate(value) ? '' : ajv.errorsText(validate.errors));
}

const inUnion = checkOf(anyEventSchema());
const inEnvelope = checkOf(envelopeSchema());
const write = checkOf(eventSchema('call.write'));

describe.each(EVENT_TYPE_NAMES)('%s', (type) => {
  const schema = eventSchema(type);
  const open = checkOf(schema);
  const strict = checkOf(strictSchema(schema));
  const example = exampleEvent(type);

  it('has an example that is whole and holds to its schema, to the union and to what all events share', () => {
    expect(strict(example)).toBe('');
    expect(inUnion(example)).toBe('');
    expect(inEnvelope(example)).toBe('');
    expect(eventHash(example)).toBe(example.hash);
  });

  it('has an example that shows each key of its detail that every event has', () => {
    const { detail } = EVENT_CATALOGUE[type];
    const always = Object.keys(detail).filter((key) => detail[key]?.optional === false);
    expect(Object.keys(example.detail ?? {})).toEqual(expect.arrayContaining(always));
  });

  it('is refused without any of its required fields, and under another code', () => {
    for (const name of schema.required ?? []) {
      expect({ name, problems: open(without(example, name)) }).toEqual({
        name,
        problems: expect.stringContaining(name),
      });
    }
    expect(open({ ...example, code: 'HS-9999' })).toContain('code');
  });

  it('lets through what is newer than itself, where the strict form for emitters does not', () => {
    const newer = { ...example, detail: { ...example.detail, from_the_future: 1 } };
    expect(open(newer)).toBe('');
    expect(strict(newer)).toContain('additional properties');
  });
});

describe('the schemas', () => {
  it('are each valid, and have a name of their own', () => {
    const all = Object.entries(eventSchemas());
    expect(all).toHaveLength(EVENT_TYPE_NAMES.length + 2);
    for (const [name, schema] of all) {
      expect(ajv.validateSchema(schema)).toBe(true);
      expect(schema.$id).toBe(`urn:holdshort:schema:events:v1:${name}`);
    }
  });

  it('give every type a code that no other has', () => {
    const codes = EVENT_TYPE_NAMES.map((type) => EVENT_CATALOGUE[type].code);
    expect(new Set(codes).size).toBe(codes.length);
    expect([...codes].sort()).toEqual(codes);
  });

  it('refuse an outcome of a write that does not say how it ended, and take an attempt without', () => {
    const rest = without(exampleEvent('call.write'), 'outcome');
    expect(write({ ...rest, phase: 'attempt' })).toBe('');
    expect(write({ ...rest, phase: 'outcome' })).toContain("required property 'outcome'");
  });

  it('hold for an event whose text was hostile and too long', () => {
    const chain = new EventChain({ emitter: { id: 'a', host: 'h', version: '1' }, tenant: 'default' });
    const hostile: EventDraft = {
      ...EVENT_CATALOGUE['call.write'].example,
      type: 'call.write',
      phase: 'outcome',
      correlation_id: '\u001b[2J\u202eevil\ud800',
      push: [{ ref: 'x'.repeat(9000), old: '\0', new: '\u2066', kind: 'update', paths: ['\ufeffa'] }],
      detail: { recovered: true },
    };
    const { event } = chain.append(chain.prepare(hostile));
    expect(checkOf(strictSchema(eventSchema('call.write')))(event)).toBe('');
    expect(Object.keys(event.detail ?? {}).some((key) => key.startsWith('raw:'))).toBe(true);
  });
});
