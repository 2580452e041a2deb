import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KmsAppSigner } from './kms-app-signer.js';
import { PemAppSigner } from './pem-app-signer.js';
import { readGithubApps } from './read-github-apps.js';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1111-bbbb';

describe('the list of GitHub Apps', () => {
  let dir: string;
  let key: string;
  let secret: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-apps-'));
    key = join(dir, 'app.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(join(dir, 'ca.pem'), 'the CA');
    secret = join(dir, 'client-secret');
    writeFileSync(secret, 'but secret\n');
    writeFileSync(join(dir, 'empty'), '\n');
    writeFileSync(join(dir, 'no-key.pem'), 'not a key, but secret');
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });
  const read = (apps: unknown) => readGithubApps(JSON.stringify(apps), {});

  it('has an App each for organisations, for a GitHub Enterprise Server, for data residency', () => {
    const apps = read([
      { id: 1, key_file: key, organisations: ['Acme'] },
      { id: 'Iv23liOther', kms_key: ARN },
      { id: 3, host: 'GHES.corp.example', ca_file: join(dir, 'ca.pem'), key_file: key },
      { id: 4, host: 'acme.ghe.com', key_file: key },
      { id: 5, host: 'ghes2.corp.example', api_url: 'https://gateway.corp.example/ghes2/api/v3/', key_file: key },
    ]);
    expect(apps.map(({ id, site, apiUrl, ca, organisations }) => ({ id, site, apiUrl, ca, organisations }))).toEqual([
      { id: '1', site: 'github.com', apiUrl: 'https://api.github.com', ca: undefined, organisations: ['acme'] },
      { id: 'Iv23liOther', site: 'github.com', apiUrl: 'https://api.github.com', ca: undefined, organisations: [] },
      {
        id: '3',
        site: 'ghes.corp.example',
        apiUrl: 'https://ghes.corp.example/api/v3',
        ca: 'the CA',
        organisations: [],
      },
      { id: '4', site: 'acme.ghe.com', apiUrl: 'https://api.acme.ghe.com', ca: undefined, organisations: [] },
      {
        id: '5',
        site: 'ghes2.corp.example',
        apiUrl: 'https://gateway.corp.example/ghes2/api/v3',
        ca: undefined,
        organisations: [],
      },
    ]);
    expect(apps[0]?.signer).toBeInstanceOf(PemAppSigner);
    expect(apps[1]?.signer).toBeInstanceOf(KmsAppSigner);
  });

  const good = () => ({ id: 1, key_file: key });
  it.each([
    ['no list', () => ({}), 'it is no list of Apps'],
    ['an empty list', () => [], 'it is no list of Apps'],
    ['no object', () => ['x'], 'App 1 is no object'],
    [
      'a misspelt key',
      () => [{ ...good(), organizations: ['acme'] }],
      'App 1 has a key that is not known, organizations',
    ],
    ['no id', () => [{ key_file: key }], 'id of App 1 is no App id or client id'],
    ['no key', () => [good(), { id: 2 }], 'App 2 needs key_file or kms_key, exactly one'],
    ['two keys', () => [{ ...good(), kms_key: ARN }], 'App 1 needs key_file or kms_key, exactly one'],
    [
      'a key that is away',
      () => [{ id: 1, key_file: '/nowhere/app.pem' }],
      'key_file of App 1, /nowhere/app.pem, cannot be read',
    ],
    [
      'a key that is none',
      () => [{ id: 1, key_file: join(dir, 'no-key.pem') }],
      'key_file of App 1 must be a PEM file',
    ],
    ['an alias for a key', () => [{ id: 1, kms_key: 'alias/app' }], 'kms_key of App 1 must be the ARN of a KMS key'],
    [
      'an address for a host',
      () => [{ ...good(), host: 'https://ghes.corp.example' }],
      'host of App 1 is no host name',
    ],
    [
      'an API without TLS',
      () => [{ ...good(), api_url: 'http://ghes.corp.example' }],
      'api_url of App 1 is no https URL',
    ],
    ['a number for a host', () => [{ ...good(), host: 7 }], 'host of App 1 is no text'],
    [
      'no list of organisations',
      () => [{ ...good(), organisations: 'acme' }],
      'organisations of App 1 is no list of names',
    ],
    [
      'an odd organisation',
      () => [{ ...good(), organisations: ['acme/app'] }],
      'organisations of App 1 is no list of names',
    ],
    ['a client id without its secret', () => [{ ...good(), client_id: 'Iv1.a' }], 'App 1 needs client_secret_file'],
    [
      'a secret without its client id',
      () => [{ ...good(), client_secret_file: secret }],
      'App 1 needs client_id beside client_secret_file',
    ],
    [
      'an empty secret',
      () => [{ ...good(), client_id: 'Iv1.a', client_secret_file: join(dir, 'empty') }],
      'client_secret_file of App 1, ',
    ],
    [
      'pages without TLS',
      () => [{ ...good(), client_id: 'Iv1.a', client_secret_file: secret, web_url: 'http://ghes.corp.example' }],
      'web_url of App 1 is no https URL',
    ],
    ['one App twice', () => [good(), good()], 'App 1 is named twice'],
    [
      'one organisation twice',
      () => [
        { ...good(), organisations: ['acme'] },
        { ...good(), id: 2, organisations: ['ACME'] },
      ],
      'organisation acme is named twice',
    ],
  ])('is refused for %s, saying where, and showing no content of a file', (_, apps, message) => {
    const thrown = (): unknown => {
      try {
        return read(apps());
      } catch (error) {
        return error;
      }
    };
    expect(thrown()).toMatchObject({
      code: 'request_malformed',
      message: expect.stringContaining(`HOLDSHORT_GITHUB_APPS_FILE: ${message}`) as string,
    });
    expect(String((thrown() as Error).stack)).not.toContain('but secret');
  });

  it('has a client id and secret each for those that act for people', () => {
    const apps = read([
      { ...good(), client_id: 'Iv1.a', client_secret_file: secret },
      { id: 'Iv1.b', key_file: key, host: 'ghes.corp.example', client_secret_file: secret },
      { id: 3, key_file: key },
    ]);
    expect(apps.map(({ people }) => people)).toEqual([
      { clientId: 'Iv1.a', clientSecret: 'but secret', webUrl: 'https://github.com' },
      { clientId: 'Iv1.b', clientSecret: 'but secret', webUrl: 'https://ghes.corp.example' },
      undefined,
    ]);
  });

  it('is refused where it is no JSON', () => {
    expect(() => readGithubApps('[{', {})).toThrow('HOLDSHORT_GITHUB_APPS_FILE: it is no JSON.');
  });

  it('lets the same id and the same organisation be at two GitHubs', () => {
    const acme = { ...good(), organisations: ['acme'] };
    expect(read([acme, { ...acme, host: 'ghes.corp.example' }])).toHaveLength(2);
  });
});
