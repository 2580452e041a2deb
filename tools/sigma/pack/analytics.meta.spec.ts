import { EVENT_COLUMNS } from '@holdshort/audit-events';
import { allFields, packFile } from './pack-files.js';

const clickhouse = packFile('deploy/analytics/clickhouse/events.sql').text;
const athena = packFile('deploy/analytics/athena/events.sql').text;

describe('ClickHouse', () => {
  const TYPES = {
    text: /^(String|UUID|LowCardinality\(String\))/,
    integer: /^(UInt64|Nullable\(Int32\))/,
    time: /^DateTime64\(3, 'UTC'\)/,
    list: /^Array\(/,
  };

  it('has the columns of every flat form of an event', () => {
    const [, body = ''] = /EXISTS holdshort\.events\n\(\n([^]*?)\n\)\nENGINE/.exec(clickhouse) ?? [];
    const columns = [...body.matchAll(/^ {4}`(\w+)` (.*?),?$/gm)].map(([, name = '', type = '']) => ({ name, type }));
    expect(columns.map(({ name }) => name)).toEqual(EVENT_COLUMNS.map(({ name }) => name));
    for (const [n, { type }] of EVENT_COLUMNS.entries()) expect(columns[n]?.type).toMatch(TYPES[type]);
  });

  it('fills each of them, from fields of the catalogue', () => {
    const [, view = ''] = /events_reader TO[^]*?SELECT\n([^]*?)\nFROM/.exec(clickhouse) ?? [];
    const made = [...view.matchAll(/ AS (\w+),?$/gm)].map(([, name]) => name);
    expect(made).toEqual(EVENT_COLUMNS.map(({ name }) => name));
    const paths = [...view.matchAll(/JSONExtract\w*\(raw, ((?:'\w+'(?:, )?)+)/g)].map(([, keys = '']) =>
      [...keys.matchAll(/'(\w+)'/g)].map(([, key]) => key).join('.'),
    );
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) expect(allFields()).toContain(path);
  });

  it('loses no record that cannot be read, and takes none twice', () => {
    expect(clickhouse).toMatch(/ENGINE = ReplacingMergeTree\n[^]*ORDER BY \(repo, time, id\)/);
    expect(clickhouse).toContain('TO holdshort.events_unreadable');
  });
});

/** Dotted paths of an Athena type, below the name of its column. */
function pathsOf(name: string, type: string): string[] {
  const of = type.startsWith('array<') ? type.slice('array<'.length, -1) : type;
  const inner = of.startsWith('struct<') ? of.slice('struct<'.length, -1) : undefined;
  if (inner === undefined) return [name];
  const members: string[] = [];
  let [depth, member] = [0, ''];
  for (const sign of `${inner},`) {
    if (sign === ',' && depth === 0) {
      members.push(member);
      member = '';
      continue;
    }
    depth += sign === '<' ? 1 : sign === '>' ? -1 : 0;
    member += sign;
  }
  return [
    name,
    ...members.flatMap((text) => pathsOf(`${name}.${text.split(':')[0] ?? ''}`, text.slice(text.indexOf(':') + 1))),
  ];
}

describe('Athena', () => {
  it('has every field of the catalogue; details, which differ by type, are JSON', () => {
    const [, body = ''] = /EXISTS holdshort\.events \(\n([^]*?)\n\)\nPARTITIONED/.exec(athena) ?? [];
    const paths = [...body.matchAll(/^ {2}`(\w+)` (\S+?),?$/gm)].flatMap(([, name = '', type = '']) =>
      pathsOf(name, type),
    );
    const wanted = [...allFields()].filter((path) => !path.startsWith('detail.'));
    expect(paths.sort()).toEqual(wanted.sort());
  });

  it('finds its days without a crawler', () => {
    for (const table of ['events', 'parquet'])
      expect(athena).toContain(`'storage.location.template' = 's3://AUDIT_BUCKET/${table}/day=\${day}/'`);
    expect(packFile('deploy/siem/vector/vector.yaml').text).toContain('key_prefix: events/day=%F/');
  });
});
