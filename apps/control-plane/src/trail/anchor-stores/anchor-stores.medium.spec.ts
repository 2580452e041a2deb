import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Credentials, s3Standin, type S3Standin } from '../../testing/s3-standin.js';
import type { AnchorStore } from './anchor-store.js';
import { anchorStoresOf } from './anchor-stores-of.js';
import { FileAnchorStore } from './file-anchor-store.js';
import { S3AnchorStore } from './s3-anchor-store.js';

const now = (): Date => new Date('2026-01-31T08:00:30.123Z');
const s3 = (standin: S3Standin, changes: object = {}): S3AnchorStore =>
  new S3AnchorStore({
    ...{ bucket: 'acme-anchors', prefix: 'trail', region: 'eu-west-1', retainDays: 400, now },
    ...{ endpoint: standin.url, credentials: s3Credentials },
    ...changes,
  });

let dir: string;
let standin: S3Standin;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hs-anchors-'));
  standin = await s3Standin();
});
afterEach(async () => {
  await standin.stop();
  await rm(dir, { recursive: true, force: true });
});

const WAYS: [string, () => AnchorStore][] = [
  ['a file', () => new FileAnchorStore(join(dir, 'kept', 'anchors.ndjson'))],
  ['S3', () => s3(standin)],
];

describe.each(WAYS)('what every store of anchors keeps: %s', (_, open) => {
  const text = (n: number): string => JSON.stringify({ anchor: n, leaves: ['ü'] });

  it('gives back what was put, also to another process', async () => {
    await open().put('2026-01-31T07', text(1));
    await open().put('2026-01-31T08', text(2));
    expect(await open().get('2026-01-31T07')).toBe(text(1));
    expect(await open().get('2026-01-31T08')).toBe(text(2));
    expect(await open().get('2026-01-31T09')).toBeUndefined();
  });

  it('takes the same text again, and never another under the same name', async () => {
    const store = open();
    await store.put('2026-01-31T07', text(1));
    await store.put('2026-01-31T07', text(1));
    await expect(store.put('2026-01-31T07', text(2))).rejects.toMatchObject({ code: 'conflict' });
    expect(await store.get('2026-01-31T07')).toBe(text(1));
  });
});

describe('the file', () => {
  it('is only appended to: a line that a crash left torn stays, and what comes after is read', async () => {
    const path = join(dir, 'anchors.ndjson');
    const store = new FileAnchorStore(path);
    await store.put('a', 'one');
    const before = await readFile(path, 'utf8');
    await appendFile(path, '{"name":"b","te');
    await store.put('b', 'two');
    expect(await store.get('b')).toBe('two');
    expect((await readFile(path, 'utf8')).startsWith(`${before}{"name":"b","te\n`)).toBe(true);
    await writeFile(path, 'null\n[]\n', { flag: 'a' });
    expect(await store.get('a')).toBe('one');
  });
});

describe('S3', () => {
  it('gets each object locked in compliance mode until its time', async () => {
    await s3(standin).put('2026-01-31T07', '{}');
    expect([...standin.objects]).toEqual([
      ['/acme-anchors/trail/2026-01-31T07.json', { text: '{}', mode: 'COMPLIANCE', until: '2027-03-07T08:00:30Z' }],
    ]);
  });

  it('refuses who does not sign as somebody it knows, and the failure is no success', async () => {
    const guess = { credentials: () => ({ ...s3Credentials(), secretAccessKey: 'guess' }) };
    await expect(s3(standin, guess).put('x', '{}')).rejects.toThrow('S3 answered 403 to PUT');
    await expect(s3(standin, guess).get('x')).rejects.toThrow('S3 answered 403 to GET');
    expect(standin.objects.size).toBe(0);
    await standin.stop();
    await expect(s3(standin).put('x', '{}')).rejects.toThrow('S3 does not answer.');
  });
});

describe('the settings', () => {
  const of = (changes: object, env: NodeJS.ProcessEnv = { AWS_REGION: 'eu-west-1' }): AnchorStore[] =>
    anchorStoresOf({ auditAnchorRetainDays: 400, ...changes } as Parameters<typeof anchorStoresOf>[0], now, env);

  it('name no store, one, or both', () => {
    expect(of({})).toEqual([]);
    const kinds = of({ auditAnchorFile: '/x', auditAnchorS3: 's3://acme-anchors/a/b/' }).map(({ kind }) => kind);
    expect(kinds).toEqual(['file', 's3']);
  });

  it.each([
    ['no bucket', { auditAnchorS3: 'acme-anchors' }, undefined, 's3://BUCKET'],
    [
      'plain http',
      { auditAnchorS3: 's3://acme', auditAnchorS3Endpoint: 'http://example.com' },
      undefined,
      'an https URL',
    ],
    ['no region', { auditAnchorS3: 's3://acme' }, {}, 'AWS_REGION'],
  ])('are refused with %s', (_, changes, env, says) => {
    expect(() => of(changes, env)).toThrow(says);
  });
});
