import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { incompatibilities } from './additive.js';
import { anyEventSchema } from './event-schema.js';
import type { JsonSchema } from './field.js';

const RELEASED = fileURLToPath(new URL('../../released/', import.meta.url));
const releases = readdirSync(RELEASED).filter((name) => name.endsWith('.json'));
const now = anyEventSchema();

const withoutExamples = (schema: JsonSchema): JsonSchema => JSON.parse(JSON.stringify(schema)) as JsonSchema;

/** The schema of today with one change. */
function changed(change: (schema: JsonSchema) => void): JsonSchema {
  const copy = withoutExamples(now);
  change(copy);
  return copy;
}

const def = (schema: JsonSchema, name: string): JsonSchema => schema.$defs![name]!;

it.each(releases)('events have only been added to since %s', (name) => {
  const released = JSON.parse(readFileSync(`${RELEASED}${name}`, 'utf8')) as JsonSchema;
  expect(Object.keys(released.$defs ?? {}).length).toBeGreaterThan(50);
  expect(incompatibilities(released, now)).toEqual([]);
});

it('has a release to compare with', () => {
  expect(releases).toContain('0.1.0.json');
});

it.each<[string, (schema: JsonSchema) => void, string]>([
  ['a type that is gone', (schema) => delete schema.$defs!['grant.used'], '/grant.used: is gone'],
  [
    'another code',
    (schema) => (def(schema, 'grant.used').properties!['code'] = { const: 'HS-4999' }),
    '/grant.used/code: const changed',
  ],
  ['a field that is gone', (schema) => delete def(schema, 'human').properties!['email'], '/human/email: is gone'],
  [
    'a field of another type',
    (schema) => (def(schema, 'target').properties!['number'] = { type: 'string' }),
    '/target/number: type changed',
  ],
  [
    'a narrowed list of values',
    (schema) => (def(schema, 'outcome').enum = ['success', 'refused', 'failed']),
    '/outcome: the value unknown is gone',
  ],
  [
    'a newly required field',
    (schema) => (def(schema, 'human').required = ['sub', 'login', 'idp', 'email']),
    '/human: email became required',
  ],
  [
    'a field that readers may no longer rely on',
    (schema) => (def(schema, 'audit.read').required = def(schema, 'audit.read').required!.filter((n) => n !== 'human')),
    '/audit.read: human is no longer required',
  ],
  [
    'a list of another content',
    (schema) => (def(schema, 'push').items!.properties!['paths']!.items = { type: 'integer' }),
    '/push[]/paths[]: type changed',
  ],
  [
    'a key of `detail` that is gone',
    (schema) => delete def(schema, 'agent.started').properties!['detail']!.properties!['pid'],
    '/agent.started/detail/pid: is gone',
  ],
])('%s is refused', (_, change, problem) => {
  expect(incompatibilities(now, changed(change))).toContain(problem);
});

it('a type, a field, a key and a value more are fine', () => {
  const more = changed((schema) => {
    schema.$defs!['weather.changed'] = { type: 'object' };
    def(schema, 'human').properties!['github_id'] = { type: 'string' };
    def(schema, 'agent.started').properties!['detail']!.properties!['ppid'] = { type: 'integer' };
    def(schema, 'outcome').enum = ['success', 'refused', 'failed', 'unknown', 'deferred'];
  });
  expect(incompatibilities(now, more)).toEqual([]);
});
