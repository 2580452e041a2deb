import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { changedSettings } from './changed-settings.js';
import { defineSettings } from './settings.js';

const TABLE = defineSettings({
  port: { env: 'HOLDSHORT_T_PORT', kind: 'integer', default: '1', reason: 'x' },
  key: { env: 'HOLDSHORT_T_KEY', kind: 'text', secret: true, reason: 'x' },
  hosts: { env: 'HOLDSHORT_T_HOSTS', kind: 'list', default: '', reason: 'x' },
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'hs-config-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const file = () => path.join(dir, 'settings-seen.json');
const compare = (settings: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) =>
  changedSettings(TABLE, settings, dir, env);

it('names at the first start what is given, as variable or as file', async () => {
  const settings = { port: 1, key: 'hunter2', hosts: [] };
  const env = { HOLDSHORT_T_KEY_FILE: '/x' };
  expect(await compare(settings, env)).toMatchObject({ changed: ['HOLDSHORT_T_KEY'], isFirstStart: true });
});

it('names what is another than before, once it was remembered, and nothing where all is the same', async () => {
  await (await compare({ port: 1, key: 'hunter2', hosts: ['a'] })).remember();
  expect(await compare({ port: 1, key: 'hunter2', hosts: ['a'] })).toMatchObject({ changed: [], isFirstStart: false });
  const other = await compare({ port: 1, key: 'hunter3', hosts: ['a', 'b'] });
  expect(other.changed).toEqual(['HOLDSHORT_T_KEY', 'HOLDSHORT_T_HOSTS']);
  expect((await compare({ port: 1, key: 'hunter3', hosts: ['a', 'b'] })).changed).toHaveLength(2);
  await other.remember();
  expect((await compare({ port: 1, key: 'hunter3', hosts: ['a', 'b'] })).changed).toEqual([]);
});

it('keeps no value, and the file to its owner', async () => {
  await (await compare({ port: 1, key: 'hunter2', hosts: [] })).remember();
  expect(await readFile(file(), 'utf8')).not.toContain('hunter2');
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

it('takes a damaged file for a first start', async () => {
  for (const text of ['', '{', 'null', '{"salt":"x"}']) {
    await writeFile(file(), text);
    expect(await compare({ port: 1, key: 'k', hosts: [] })).toMatchObject({ isFirstStart: true });
  }
});
