import { readdirSync } from 'node:fs';
import { AUDIT_CHECKPOINTS_TOPIC, AUDIT_EVENTS_TOPIC, AUDIT_OCSF_TOPIC, eventSchema } from '@holdshort/audit-events';
import { parseDocument } from 'yaml';
import { readRules, type SigmaRule } from '../read-rules.js';
import { elasticTemplate } from './elastic-template.js';
import { allFields, packFile, packFiles, unknownWords } from './pack-files.js';

const files = packFiles();
const SIEM = 'deploy/siem';
// the caller says what it looks for; whatever else stands there fails the comparison
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const json = <T>(name: string): T => JSON.parse(packFile(`${SIEM}/${name}`).text) as T;
const yaml = (name: string): unknown =>
  parseDocument(packFile(name).text, { merge: true }).toJS({ maxAliasCount: 100 });

const rules = readdirSync(new URL(`../../../${SIEM}/sigma`, import.meta.url))
  .filter((name) => name.endsWith('.yml'))
  .flatMap((name): SigmaRule[] => readRules(packFile(`${SIEM}/sigma/${name}`).text));
const aboutOrder = rules.flatMap((rule) =>
  rule.kind === 'correlation' && rule.correlation.type === 'temporal_ordered' ? [rule.title] : [],
);

describe.each(files)('$name', ({ name, text }) => {
  if (name.endsWith('.json'))
    it('is JSON', () => {
      expect(JSON.parse(text)).toBeDefined();
    });
  if (/\.ya?ml$/.test(name))
    it('is YAML without a doubt', () => {
      const { errors, warnings } = parseDocument(text, { merge: true, uniqueKeys: true });
      expect([...errors, ...warnings]).toEqual([]);
    });

  it('names no topic that is not there', () => {
    const topics = [AUDIT_EVENTS_TOPIC, AUDIT_OCSF_TOPIC, AUDIT_CHECKPOINTS_TOPIC];
    const named = text.match(/\bholdshort\.audit\.[a-z]+\.v\d+/g) ?? [];
    expect(named.filter((topic) => !topics.includes(topic))).toEqual([]);
  });

  it('names no field and no type of event that is not in the catalogue', () => {
    if (!name.endsWith('index-template.json')) expect(unknownWords(withoutOwnWords(text))).toEqual([]);
  });

  it('holds no secret: what is one comes from the environment', () => {
    expect(inlineSecrets(text)).toEqual([]);
  });
});

/** Last parts of the names of our fields: `token_sha256_b64` is none of a SIEM's settings. */
const allNames = new Set([...allFields()].map((field) => field.split('.').at(-1)));

const SECRET = /["']?\b(\w*(?:password|secret|token|api_?key|jaas_path)\w*)["']?\s*(?:=>|[:=])\s*["']?([^"'\s,})]+)/gi;

const inlineSecrets = (text: string): string[] =>
  [...text.matchAll(SECRET)]
    .filter(([, key = '', value = '']) => !allNames.has(key) && !value.startsWith('${'))
    .map(([all]) => all);

it.each(['password: hunter2', 'default_token: "0a1b"', 'client_app_secret => "x"', 'api_key=$KEY'])(
  '%s is a secret',
  (text) => {
    expect(inlineSecrets(text)).toHaveLength(1);
  },
);

/** Words of others that begin as words of ours do. */
const OWN_WORDS = ['config.d'];
const withoutOwnWords = (text: string): string => OWN_WORDS.reduce((rest, word) => rest.replaceAll(word, ''), text);

it.each([
  ['a field that is not there', 'where human.nick == "x"', ['human.nick']],
  ['a type that is not there', 'type="agent.vanished"', ['agent.vanished']],
  ['a field of a list, as Splunk writes it', '"findings{}.kind" "findings{}.colour"', ['findings.colour']],
  ['a field below holdshort', 'holdshort.target.repo holdshort.target.name', ['target.name']],
  ['words of others', 'service.name registry.npmjs.org holdshort.audit.events.v1', []],
])('%s is told from those that are', (_, text, unknown) => {
  expect(unknownWords(text)).toEqual(unknown);
});

it('every way to a SIEM reads the topic of the events', () => {
  const readers = [
    'splunk/otel-collector.yaml',
    'elastic/filebeat.yml',
    'sentinel/logstash.conf',
    'datadog/vector.yaml',
    'vector/vector.yaml',
  ];
  for (const reader of readers) expect(packFile(`${SIEM}/${reader}`).text).toContain(AUDIT_EVENTS_TOPIC);
  expect(packFile('deploy/analytics/clickhouse/events.sql').text).toContain(`'${AUDIT_EVENTS_TOPIC}'`);
});

it('what reads Kafka does so by TLS and SASL, from the start of the topic', () => {
  const collector = yaml(`${SIEM}/splunk/otel-collector.yaml`) as {
    receivers: Record<string, Record<string, unknown>>;
  };
  for (const receiver of Object.values(collector.receivers))
    expect(receiver).toMatchObject({
      initial_offset: 'earliest',
      tls: { ca_file: expect.stringMatching(/^\$/) },
      auth: { sasl: { mechanism: 'SCRAM-SHA-512' } },
      message_marking: { after: true, on_error: false },
    });
  for (const name of ['datadog', 'vector']) {
    const { sources } = yaml(`${SIEM}/${name}/vector.yaml`) as { sources: Record<string, Record<string, unknown>> };
    for (const source of Object.values(sources))
      expect(source).toMatchObject({
        type: 'kafka',
        auto_offset_reset: 'earliest',
        tls: { enabled: true },
        sasl: { enabled: true, mechanism: 'SCRAM-SHA-512' },
      });
  }
  expect(yaml(`${SIEM}/elastic/filebeat.yml`)).toMatchObject({
    'filebeat.inputs': [{ initial_offset: 'oldest', ssl: { enabled: true }, 'sasl.mechanism': 'SCRAM-SHA-512' }],
  });
  expect(packFile(`${SIEM}/sentinel/logstash.conf`).text).toMatch(/"SASL_SSL"[^]*"SCRAM-SHA-512"/);
});

describe('parts of a configuration fit together', () => {
  it('components of the collector that a pipeline names are there, and none is idle', () => {
    const { service, ...components } = yaml(`${SIEM}/splunk/otel-collector.yaml`) as Record<
      string,
      Record<string, unknown>
    > & {
      service: { pipelines: Record<string, Record<string, string[]>> };
    };
    for (const kind of ['receivers', 'processors', 'exporters']) {
      const used = Object.values(service.pipelines).flatMap((pipeline) => pipeline[kind] ?? []);
      expect(used.sort()).toEqual(Object.keys(components[kind] ?? {}).sort());
    }
  });

  it.each(['datadog', 'vector'])('inputs of each part of %s/vector.yaml are there', (name) => {
    type Parts = Record<string, { inputs?: string[] }>;
    const { sources, transforms, sinks } = yaml(`${SIEM}/${name}/vector.yaml`) as Record<string, Parts>;
    const parts = { ...sources, ...transforms, ...sinks };
    for (const [part, { inputs = [] }] of Object.entries(parts))
      for (const input of inputs)
        expect({ part, input, known: Object.keys(parts).includes(input.replace(/\.dropped$/, '')) }).toMatchObject({
          known: true,
        });
  });

  it('the index template of Elastic is the one of the catalogue', () => {
    // written by `node tools/write-elastic-template.mjs`
    expect(json('elastic/index-template.json')).toEqual(elasticTemplate());
  });

  it('what the ingest pipeline of Elastic copies is there, and where it goes is mapped', () => {
    const { processors } = json<{ processors: Record<string, { field?: string; copy_from?: string }>[] }>(
      'elastic/ingest-pipeline.json',
    );
    const copies = processors.flatMap(({ set }) =>
      set?.copy_from === undefined ? [] : [set as { field: string; copy_from: string }],
    );
    expect(copies.length).toBeGreaterThan(12);
    const { template } = elasticTemplate() as { template: { mappings: { properties: Record<string, object> } } };
    for (const { field, copy_from: from } of copies) {
      expect(allFields()).toContain(from.replace('holdshort.', ''));
      if (field !== '_id') expect(at(template.mappings.properties, field)).toMatchObject({ type: expect.any(String) });
    }
  });

  it('the rule of Sentinel makes the columns of its table, from fields of the catalogue', () => {
    type Table = { properties: { schema: { columns: { name: string; type: string; description: string }[] } } };
    const { columns } = json<Table>('sentinel/table.json').properties.schema;
    type Rule = { resources: { properties: { dataFlows: { transformKql: string; outputStream: string }[] } }[] };
    const [flow] = json<Rule>('sentinel/data-collection-rule.json').resources[0]?.properties.dataFlows ?? [];
    expect(flow?.outputStream).toBe('Custom-HoldshortAudit_CL');
    const made = [...(flow?.transformKql.matchAll(/(\w+) = (?:to\w+\()?e((?:\['\w+'\])*)\)?(?:,|$)/g) ?? [])];
    expect(made.map(([, name]) => name)).toEqual(columns.map(({ name }) => name));
    const paths = made.map(([, , path = '']) => [...path.matchAll(/'(\w+)'/g)].map(([, key]) => key).join('.'));
    expect(paths.map((path) => path || 'the whole event')).toEqual(columns.map(({ description }) => description));
    for (const path of paths.filter((path) => path !== '')) expect(allFields()).toContain(path);
  });

  it('the rules of Sentinel read columns of the table', () => {
    const columns = json<{ properties: { schema: { columns: { name: string }[] } } }>(
      'sentinel/table.json',
    ).properties.schema.columns.map(({ name }) => name);
    const { resources } = json<{ resources: { properties: { displayName: string; query: string } }[] }>(
      'sentinel/analytics-rules.json',
    );
    expect(resources.length).toBeGreaterThanOrEqual(8);
    for (const { properties } of resources) {
      const query = properties.query.replace(/"[^"]*"/g, '""');
      const made = [...query.matchAll(/(\w+) =(?!=)/g), ...query.matchAll(/let (\w+)/g)].map(([, name]) => name);
      const read = (query.match(/(?<![.\w])[A-Z]\w+/g) ?? []).filter((word) => word !== 'HoldshortAudit_CL');
      expect(read.filter((word) => !columns.includes(word) && !made.includes(word))).toEqual([]);
      for (const [, path = ''] of query.matchAll(/\b(?:Ref|Finding)\.(\w+)/g))
        expect([...allFields()].some((field) => field === `push.${path}` || field === `findings.${path}`)).toBe(true);
      for (const [, key = ''] of query.matchAll(/\bDetail\.(\w+)/g)) expect(allFields()).toContain(`detail.${key}`);
    }
  });

  it('what Datadog maps is there', () => {
    const { processors } = json<{ processors: { sources?: string[] }[] }>('datadog/log-pipeline.json');
    const sources = processors
      .flatMap(({ sources: list = [] }) => list)
      .filter((source) => source !== 'holdshort.level');
    expect(sources.length).toBeGreaterThan(7);
    for (const source of sources) expect(allFields()).toContain(source);
  });
});

const at = (properties: Record<string, unknown>, path: string): unknown =>
  path.split('.').reduce<unknown>(
    (node, key) => {
      const held = (node as { properties?: Record<string, unknown> } | undefined)?.properties;
      return held?.[key];
    },
    { properties },
  );

describe('what Sigma rules need in a SIEM', () => {
  it('rules about order, which pySigma does not convert, are there by hand', () => {
    expect(aboutOrder.length).toBeGreaterThanOrEqual(5);
    const splunk = packFile(`${SIEM}/splunk/savedsearches.conf`).text;
    const elastic = json<{ name: string; eql: string }[]>('elastic/sequences.json').map(({ name }) => name);
    for (const title of aboutOrder) {
      expect(splunk).toContain(`[Holdshort - ${title}]`);
      expect(elastic).toContain(title);
    }
    for (const absent of ['Silent Session', 'Policy Activated Without Any Review']) {
      expect(splunk).toContain(`[Holdshort - ${absent}]`);
      expect(elastic).toContain(absent);
    }
  });

  it('fields of lists are mapped for Splunk', () => {
    const lists = Object.entries(eventSchema('call.write').$defs ?? {})
      .filter(([, { type, items }]) => type === 'array' && items?.properties)
      .map(([name]) => name);
    expect(lists).toEqual(expect.arrayContaining(['push', 'findings']));
    const pipeline = yaml(`${SIEM}/sigma/pipelines/splunk.yml`) as {
      transformations: { mapping?: Record<string, string> }[];
    };
    const mapping = pipeline.transformations.find((part) => part.mapping)?.mapping ?? {};
    const texts = JSON.stringify(rules.map(({ document }) => document));
    const used = [...texts.matchAll(/"((?:push|findings)\.\w+)[|"]/g)].map(([, field = '']) => field);
    expect([...new Set(used)].sort()).toEqual(Object.keys(mapping).sort());
    for (const [field, splunk] of Object.entries(mapping)) expect(splunk).toBe(field.replace('.', '{}.'));
  });
});
