import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { KmsKey } from '../aws/kms-key.js';
import { KMS_CREDENTIALS, kmsSignStandin } from '../testing/kms-standin.js';
import type { AppSigner } from './app-signer.js';
import { AppJwt } from './app-jwt.js';
import { KmsAppSigner } from './kms-app-signer.js';
import { PemAppSigner } from './pem-app-signer.js';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/1111-bbbb';
const SETTING = 'HOLDSHORT_GITHUB_APP_KMS_KEY';
const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs1', format: 'pem' }).toString();

const kms = (endpoint: string, changes: object = {}): KmsAppSigner =>
  new KmsAppSigner(
    new KmsKey({ keyArn: ARN, endpoint, setting: SETTING, credentials: () => KMS_CREDENTIALS, ...changes }),
  );

interface Way {
  signer: AppSigner;
  key: KeyObject;
  stop: () => Promise<void>;
}

const WAYS: [string, () => Promise<Way>][] = [
  [
    'a PEM file',
    () => {
      const key = newKey();
      const signer = new PemAppSigner(pemOf(key), 'HOLDSHORT_GITHUB_APP_KEY_FILE');
      return Promise.resolve({ signer, key, stop: () => Promise.resolve() });
    },
  ],
  [
    'AWS KMS',
    async () => {
      const key = newKey();
      const receiver = await kmsSignStandin(new Map([[ARN, key]]));
      return { signer: kms(receiver.url), key, stop: () => receiver.stop() };
    },
  ],
];

describe.each(WAYS)('what every signer of an App keeps: %s', (_, open) => {
  let way: Way;
  beforeAll(async () => {
    way = await open();
  });
  afterAll(() => way.stop());

  it.each([[''], ['short'], ['x'.repeat(10_000)]])('signs RS256 over all of the bytes', async (text) => {
    const signature = await way.signer.sign(Buffer.from(text));
    const publicKey = createPublicKey(way.key);
    expect(verify('sha256', Buffer.from(text), publicKey, signature)).toBe(true);
    expect(verify('sha256', Buffer.from(`${text}!`), publicKey, signature)).toBe(false);
    expect(await way.signer.sign(Buffer.from(text))).toEqual(signature);
  });

  it('makes App tokens as GitHub takes them, anew when they are old or the clock was set back', async () => {
    let now = Date.now();
    const tokens = new AppJwt('12345', way.signer, () => new Date(now));
    const first = await tokens.get();
    const { payload, protectedHeader } = await jwtVerify(first, createPublicKey(way.key), { algorithms: ['RS256'] });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT' });
    const seconds = Math.floor(now / 1000);
    expect(payload).toEqual({ iss: '12345', iat: seconds - 60, exp: seconds + 540 });
    now += 299_000;
    expect(await tokens.get()).toBe(first);
    now += 1_000;
    const second = await tokens.get();
    expect(second).not.toBe(first);
    now -= 60_000;
    expect(await tokens.get()).not.toBe(second);
  });
});

describe('a signer by AWS KMS', () => {
  it('gets nothing without the right signature of its request, or from a KMS that is away, and asks anew', async () => {
    const key = newKey();
    const receiver = await kmsSignStandin(new Map([[ARN, key]]));
    const guess = { credentials: () => ({ ...KMS_CREDENTIALS, secretAccessKey: 'guess' }) };
    const refused = { code: 'lease_unavailable', message: 'AWS KMS does not sign for the Holdshort GitHub App.' };
    await expect(kms(receiver.url, guess).sign(Buffer.from('x'))).rejects.toMatchObject(refused);
    const elsewhere = { keyArn: ARN.replace('1111', '2222') };
    await expect(kms(receiver.url, elsewhere).sign(Buffer.from('x'))).rejects.toMatchObject(refused);
    const tokens = new AppJwt('1', kms(receiver.url), () => new Date());
    receiver.failNext = 1;
    await expect(tokens.get()).rejects.toMatchObject(refused);
    expect(await tokens.get()).toMatch(/^eyJ/);
    await receiver.stop();
    await expect(kms(receiver.url).sign(Buffer.from('x'))).rejects.toMatchObject(refused);
  });

  it('signs once for all calls of five minutes, asked together or not', async () => {
    const receiver = await kmsSignStandin(new Map([[ARN, newKey()]]));
    const tokens = new AppJwt('1', kms(receiver.url), () => new Date());
    const all = await Promise.all([tokens.get(), tokens.get(), tokens.get()]);
    expect(new Set(all).size).toBe(1);
    expect(receiver.received).toHaveLength(1);
    await receiver.stop();
  });
});

describe('a signer by key file', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  it.each([
    ['nothing', ''],
    ['a public key', createPublicKey(newKey()).export({ type: 'spki', format: 'pem' }).toString()],
    ['a key of another kind', elliptic.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('is refused with the name of its setting for %s', (_, pem) => {
    expect(() => new PemAppSigner(pem, 'HOLDSHORT_GITHUB_APP_KEY_FILE')).toThrow(
      'HOLDSHORT_GITHUB_APP_KEY_FILE must be a PEM file with the RSA key of the GitHub App.',
    );
  });
});
