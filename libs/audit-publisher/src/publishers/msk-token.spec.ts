import { createHash, createHmac } from 'node:crypto';
import { loadSettings } from '@holdshort/config';
import type { SASLOptions } from 'kafkajs';
import { KAFKA_SECURITY_SETTINGS, kafkaSecurity } from './kafka-security.js';

const SECRET = 'not-a-real-secret-key-of-an-account';
const REGION = 'eu-central-1';
const AWS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET, AWS_EC2_METADATA_DISABLED: 'true' };

const before = { ...process.env };
beforeEach(() => Object.assign(process.env, AWS));
afterEach(() => {
  process.env = { ...before };
});

const settings = (env: Record<string, string>): ReturnType<typeof kafkaSecurity> =>
  kafkaSecurity(loadSettings(KAFKA_SECURITY_SETTINGS, { HOLDSHORT_KAFKA_SASL: 'aws-iam', ...env }));

const providerOf = (sasl: SASLOptions | undefined): (() => Promise<{ value: string }>) => {
  if (sasl?.mechanism !== 'oauthbearer') throw new Error('another mechanism');
  return sasl.oauthBearerProvider;
};

/** AWS Signature Version 4 of a presigned GET, as AWS computes it (Signature Version 4, "Create a signed AWS API request"). */
function signatureOf(url: URL): string {
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature' && name !== 'User-Agent')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&');
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const request = ['GET', '/', query, `host:${url.host}`, '', 'host', sha256('')].join('\n');
  const time = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = [time.slice(0, 8), REGION, 'kafka-cluster', 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${SECRET}`,
  );
  return createHmac('sha256', key).update(text).digest('hex');
}

test('for MSK the token is a presigned request of the cluster’s region, good for 15 minutes, without the secret', async () => {
  const { ssl, sasl } = settings({ HOLDSHORT_KAFKA_AWS_REGION: REGION });
  expect(ssl).toBeTruthy();
  const { value } = await providerOf(sasl)();
  const url = new URL(Buffer.from(value, 'base64url').toString());
  expect(url.host).toBe(`kafka.${REGION}.amazonaws.com`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'kafka-cluster:Connect',
    'X-Amz-Expires': '900',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Credential': expect.stringMatching(
      /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/,
    ) as string,
  });
  expect(url.searchParams.get('X-Amz-Signature')).toBe(signatureOf(url));
  expect(url.href).not.toContain(SECRET);
});

test('without a region, or without TLS, nothing is signed', () => {
  expect(() => settings({})).toThrow('HOLDSHORT_KAFKA_AWS_REGION');
  expect(() => settings({ HOLDSHORT_KAFKA_AWS_REGION: REGION, HOLDSHORT_KAFKA_TLS: 'off' })).toThrow('without TLS');
});
