import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { httpReceiver, type HttpReceiver } from '../testing/receivers.js';
import { signerOf } from '../testing/sts-standin.js';
import { KmsKey } from '../aws/kms-key.js';
import { keyRingOf } from './key-ring.js';
import { KmsKeyWrapper } from './kms-key-wrapper.js';
import { LocalKeyWrapper } from './local-key-wrapper.js';
import type { KeyWrapper } from './key-wrapper.js';

const ARN = 'arn:aws:kms:eu-west-1:123456789012:key/0000-aaaa';
const CREDENTIALS = { accessKeyId: 'AKIAGOODGOODGOOD', secretAccessKey: 'good-secret' };

/** AWS KMS as far as Encrypt and Decrypt go: checks the signature, binds the encryption context, and has one key. */
async function kmsStandin(): Promise<HttpReceiver> {
  const receiver = await httpReceiver();
  const key = randomBytes(32);
  receiver.answer = (request) => {
    const asked = JSON.parse(request.body) as Record<'Plaintext' | 'CiphertextBlob' | 'KeyId', string> & {
      EncryptionContext: object;
    };
    const isKnown = signerOf(request, [{ ...CREDENTIALS, account: '', arn: '' }]) !== undefined && asked.KeyId === ARN;
    if (!isKnown) return { status: 400, json: { __type: 'AccessDeniedException' } };
    const context = Buffer.from(JSON.stringify(asked.EncryptionContext));
    if (request.headers['x-amz-target'] === 'TrentService.Encrypt') {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
      const sealed = Buffer.concat([
        nonce,
        cipher.update(asked.Plaintext, 'base64'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return { CiphertextBlob: sealed.toString('base64') };
    }
    try {
      const bytes = Buffer.from(asked.CiphertextBlob, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
        .setAAD(context)
        .setAuthTag(bytes.subarray(-16));
      return {
        Plaintext: Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64'),
      };
    } catch {
      return { status: 400, json: { __type: 'InvalidCiphertextException' } }; // what AWS says of a changed blob
    }
  };
  return receiver;
}

const SETTING = 'HOLDSHORT_SECRETS_KMS_KEY';

const kms = (endpoint: string, changes: object = {}, tenant = 'default'): KmsKeyWrapper =>
  new KmsKeyWrapper(
    new KmsKey({ keyArn: ARN, endpoint, setting: SETTING, credentials: () => CREDENTIALS, ...changes }),
    tenant,
  );

interface Way {
  wrapper: KeyWrapper;
  /** Another key of the same kind. */
  other: KeyWrapper;
  stop: () => Promise<void>;
}

const WAYS: [string, () => Promise<Way>][] = [
  [
    'a local key',
    () =>
      Promise.resolve({
        wrapper: new LocalKeyWrapper(Buffer.alloc(32, 1)),
        other: new LocalKeyWrapper(Buffer.alloc(32, 2)),
        stop: () => Promise.resolve(),
      }),
  ],
  [
    'AWS KMS',
    async () => {
      const [receiver, elsewhere] = [await kmsStandin(), await kmsStandin()];
      const stop = async (): Promise<void> => {
        await Promise.all([receiver.stop(), elsewhere.stop()]);
      };
      return { wrapper: kms(receiver.url), other: kms(elsewhere.url), stop };
    },
  ],
];

describe.each(WAYS)('what every wrapping key keeps: %s', (_, open) => {
  let way: Way;
  beforeAll(async () => {
    way = await open();
  });
  afterAll(() => way.stop());

  it('gives back what it wrapped, which does not show the key', async () => {
    const key = randomBytes(32);
    const wrapped = await way.wrapper.wrap(key);
    expect(wrapped.includes(key)).toBe(false);
    expect(await way.wrapper.unwrap(wrapped)).toEqual(key);
  });

  it('wraps the same key differently each time', async () => {
    const key = randomBytes(32);
    expect(await way.wrapper.wrap(key)).not.toEqual(await way.wrapper.wrap(key));
  });

  it('refuses what another key wrapped, and every changed bit, without repeating it', async () => {
    const wrapped = await way.wrapper.wrap(randomBytes(32));
    await expect(way.other.unwrap(wrapped)).rejects.toMatchObject({ code: 'internal_error' });
    for (const at of [0, 12, wrapped.length - 1]) {
      const changed = Buffer.from(wrapped);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(way.wrapper.unwrap(changed)).rejects.toMatchObject({ code: 'internal_error' });
    }
    await expect(way.wrapper.unwrap(Buffer.alloc(0))).rejects.toMatchObject({ code: 'internal_error' });
  });
});

describe('AWS KMS', () => {
  it('binds a blob to the installation, and asks with a signature', async () => {
    const receiver = await kmsStandin();
    const wrapped = await kms(receiver.url).wrap(randomBytes(32));
    await expect(kms(receiver.url, {}, 'other').unwrap(wrapped)).rejects.toThrow('does not wrap or unwrap');
    const guess = { credentials: () => ({ ...CREDENTIALS, secretAccessKey: 'guess' }) };
    await expect(kms(receiver.url, guess).unwrap(wrapped)).rejects.toThrow('does not wrap or unwrap');
    await receiver.stop();
    await expect(kms(receiver.url).unwrap(wrapped)).rejects.toThrow('does not wrap or unwrap');
  });

  it('is not asked about what is no key of it', () => {
    expect(() => kms('https://kms.test', { keyArn: 'alias/holdshort' })).toThrow(
      `${SETTING} must be the ARN of a KMS key.`,
    );
    expect(() => kms('http://kms.test')).toThrow(`The endpoint of ${SETTING} must be an https URL.`);
  });
});

describe('the key ring', () => {
  const settings = (changes: object) =>
    ({ agentCaKey: 'ca-key', tenant: 'default', ...changes }) as Parameters<typeof keyRingOf>[0];
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

  it('wraps by KMS, else by the first key, else by one of the agent CA; the others unwrap', () => {
    const text = `${one.toString('base64')}\n${two.toString('hex')}\n`;
    const ring = keyRingOf(settings({ secretsKeyFile: text }));
    expect(ring.current.id).toBe(new LocalKeyWrapper(one).id);
    expect([...ring.all.keys()]).toContain(new LocalKeyWrapper(two).id);
    expect(keyRingOf(settings({ secretsKey: text, secretsKmsKey: ARN })).current.id).toBe(`kms:${ARN}`);
    const fallback = keyRingOf(settings({}));
    expect(ring.all.has(fallback.current.id)).toBe(true);
    expect(keyRingOf(settings({ agentCaKey: 'another' })).current.id).not.toBe(fallback.current.id);
  });

  it.each([
    ['too short', { secretsKey: 'c2hvcnQ=' }],
    ['a password', { secretsKey: 'correct horse battery staple' }],
    ['31 bytes', { secretsKey: Buffer.alloc(31).toString('base64') }],
    ['both', { secretsKey: one.toString('hex'), secretsKeyFile: one.toString('hex') }],
  ])('takes no key that is %s', (_, changes) => {
    expect(() => keyRingOf(settings(changes))).toThrow(/32 random bytes|not both/);
  });
});
