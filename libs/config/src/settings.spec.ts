import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineSettings, loadSettings } from './settings.js';

const TABLE = defineSettings({
  port: { env: 'HOLDSHORT_T_PORT', kind: 'integer', default: '7400', reason: 'A port.' },
  url: { env: 'HOLDSHORT_T_URL', kind: 'text', secret: true, reason: 'Where the database is.' },
  mode: { env: 'HOLDSHORT_T_MODE', kind: 'text', default: 'deny', oneOf: ['deny', 'cached'], reason: 'What to do.' },
  hosts: { env: 'HOLDSHORT_T_HOSTS', kind: 'list', default: '', reason: 'Hosts.' },
  dev: { env: 'HOLDSHORT_T_DEV', kind: 'boolean', default: 'false', reason: 'Development.' },
  extra: { env: 'HOLDSHORT_T_EXTRA', kind: 'text', optional: true, reason: 'Extra.' },
});

describe('loadSettings', () => {
  it('reads each kind, and defaults where nothing is set', () => {
    expect(loadSettings(TABLE, { HOLDSHORT_T_URL: 'postgres://x', HOLDSHORT_T_HOSTS: 'a, b,,c' })).toEqual({
      port: 7400,
      url: 'postgres://x',
      mode: 'deny',
      hosts: ['a', 'b', 'c'],
      dev: false,
      extra: undefined,
    });
  });

  it.each([
    [{}, 'HOLDSHORT_T_URL must be set.'],
    [{ HOLDSHORT_T_URL: 'x', HOLDSHORT_T_PORT: 'many' }, 'HOLDSHORT_T_PORT must be a whole number.'],
    [{ HOLDSHORT_T_URL: 'x', HOLDSHORT_T_MODE: 'allow' }, 'HOLDSHORT_T_MODE must be one of deny, cached.'],
    [{ HOLDSHORT_T_URL: 'x', HOLDSHORT_T_DEV: 'yes' }, 'HOLDSHORT_T_DEV must be true or false.'],
  ])('says which variable is wrong: %j', (env, message) => {
    expect(() => loadSettings(TABLE, env)).toThrow(message);
  });

  it('takes a secret from a file, anything else only from its variable', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'holdshort-config-'));
    try {
      const file = path.join(dir, 'url');
      writeFileSync(file, 'postgres://from-file\n');
      expect(loadSettings(TABLE, { HOLDSHORT_T_URL_FILE: file, HOLDSHORT_T_PORT_FILE: file })).toMatchObject({
        url: 'postgres://from-file',
        port: 7400,
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
