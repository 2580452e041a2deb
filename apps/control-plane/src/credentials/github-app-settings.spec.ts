import { generateKeyPairSync } from 'node:crypto';
import { githubAppsOf } from './github-app-settings.js';
import { KmsAppSigner } from './kms-app-signer.js';
import { PemAppSigner } from './pem-app-signer.js';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1111-bbbb';
const PEM = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString();
const API = { githubHost: 'github.com', githubApiUrl: 'https://api.github.com/' };
type Settings = Parameters<typeof githubAppsOf>[0];
const settings = (changes: Partial<Settings>): Settings => ({ ...API, githubAppId: '12', ...changes }) as Settings;
const signerOf = (changes: Partial<Settings>, env?: NodeJS.ProcessEnv) =>
  githubAppsOf(settings(changes), env)[0]?.signer;

describe('one GitHub App by single settings', () => {
  it('has an id, an address and a key in a file or in KMS', () => {
    expect(githubAppsOf(settings({ githubAppKey: PEM, githubCa: 'ca' }))).toEqual([
      {
        id: '12',
        site: 'github.com',
        apiUrl: 'https://api.github.com',
        ca: 'ca',
        organisations: [],
        signer: expect.any(PemAppSigner) as PemAppSigner,
      },
    ]);
    expect(signerOf({ githubAppKmsKey: ARN })).toBeInstanceOf(KmsAppSigner);
  });

  it.each([
    ['both keys', { githubAppKey: PEM, githubAppKmsKey: ARN }],
    ['no key', {}],
  ])('is refused with %s', (_, changes) => {
    expect(() => signerOf(changes)).toThrow(
      'Set HOLDSHORT_GITHUB_APP_KEY_FILE or HOLDSHORT_GITHUB_APP_KMS_KEY, exactly one of them.',
    );
  });

  it('says which setting is wrong', () => {
    expect(() => signerOf({ githubAppKmsKey: 'alias/app' })).toThrow(
      'HOLDSHORT_GITHUB_APP_KMS_KEY must be the ARN of a KMS key.',
    );
    expect(() => signerOf({ githubAppKmsKey: ARN, githubAppKmsEndpoint: 'http://kms.test' })).toThrow(
      'The endpoint of HOLDSHORT_GITHUB_APP_KMS_KEY must be an https URL.',
    );
    expect(() => signerOf({ githubAppId: undefined, githubAppKey: PEM })).toThrow(
      'Set HOLDSHORT_GITHUB_APP_ID, or HOLDSHORT_GITHUB_APPS_FILE for several Apps.',
    );
    expect(() => signerOf({ githubApps: '[]' })).toThrow(
      'Set HOLDSHORT_GITHUB_APPS_FILE or HOLDSHORT_GITHUB_APP_*, not both.',
    );
  });

  it('acts for people where it has a client secret', () => {
    const peopleOf = (changes: Partial<Settings>) =>
      githubAppsOf(settings({ githubAppKey: PEM, ...changes }))[0]?.people;
    const githubClientSecret = 'shhh\n';
    expect(peopleOf({})).toBeUndefined();
    expect(peopleOf({ githubClientId: 'Iv1.a', githubClientSecret })).toEqual({
      ...{ clientId: 'Iv1.a', clientSecret: 'shhh', webUrl: 'https://github.com' },
    });
    const ghes = { githubHost: 'GHES.corp.example', githubAppId: 'Iv1.b', githubClientSecret };
    expect(peopleOf(ghes)).toMatchObject({ clientId: 'Iv1.b', webUrl: 'https://ghes.corp.example' });
    expect(peopleOf({ ...ghes, githubWebUrl: 'https://login.corp.example/' })).toMatchObject({
      webUrl: 'https://login.corp.example',
    });
    expect(() => peopleOf({ githubClientSecret })).toThrow(
      'HOLDSHORT_GITHUB_CLIENT_SECRET_FILE needs HOLDSHORT_GITHUB_CLIENT_ID.',
    );
    expect(() => peopleOf({ githubClientId: 'Iv1.a', githubClientSecret: '\n' })).toThrow('is empty');
    expect(() => peopleOf({ ...ghes, githubWebUrl: 'http://login.corp.example' })).toThrow(
      'HOLDSHORT_GITHUB_WEB_URL is no https URL.',
    );
    expect(() =>
      peopleOf({ githubApps: '[]', githubAppId: undefined, githubAppKey: undefined, githubClientSecret }),
    ).toThrow('Set HOLDSHORT_GITHUB_APPS_FILE or HOLDSHORT_GITHUB_APP_*, not both.');
  });

  it('asks for credentials of AWS when it signs, not before', async () => {
    const signer = signerOf({ githubAppKmsKey: ARN }, {});
    await expect(signer?.sign(Buffer.from('x'))).rejects.toMatchObject({
      code: 'lease_unavailable',
      cause: { message: 'AWS KMS needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.' },
    });
  });
});
