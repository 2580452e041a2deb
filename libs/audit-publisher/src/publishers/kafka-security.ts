import { defineSettings, type Settings } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How agents, control plane, ingest and command line reach the brokers: the same names everywhere. */
export const KAFKA_SECURITY_SETTINGS = defineSettings({
  kafkaTls: {
    env: 'HOLDSHORT_KAFKA_TLS',
    kind: 'text',
    default: 'auto',
    oneOf: ['auto', 'on', 'off'],
    reason: 'TLS to the brokers. `auto`: on where a CA, a certificate or a SASL mechanism is set.',
  },
  kafkaCa: {
    env: 'HOLDSHORT_KAFKA_CA_FILE',
    kind: 'file',
    optional: true,
    reason: 'CAs of the brokers, PEM. Unset: those that Node brings.',
  },
  kafkaCert: {
    env: 'HOLDSHORT_KAFKA_CERT_FILE',
    kind: 'file',
    optional: true,
    reason: 'Own certificate, PEM, where brokers ask for one.',
  },
  kafkaKey: {
    env: 'HOLDSHORT_KAFKA_KEY_FILE',
    kind: 'file',
    optional: true,
    secret: true,
    reason: 'Private key for the certificate, PEM.',
  },
  kafkaSasl: {
    env: 'HOLDSHORT_KAFKA_SASL',
    kind: 'text',
    default: 'none',
    oneOf: ['none', 'scram-sha-256', 'scram-sha-512', 'aws-iam'],
    reason: 'How to sign in at the brokers. `aws-iam`: Amazon MSK with the credentials of the AWS default chain.',
  },
  kafkaUser: {
    env: 'HOLDSHORT_KAFKA_USER',
    kind: 'text',
    optional: true,
    reason: 'Name of the SCRAM credential.',
  },
  kafkaPassword: {
    env: 'HOLDSHORT_KAFKA_PASSWORD',
    kind: 'text',
    optional: true,
    secret: true,
    reason: 'Password of the SCRAM credential; HOLDSHORT_KAFKA_PASSWORD_FILE keeps it out of the environment.',
  },
  kafkaAwsRegion: {
    env: 'HOLDSHORT_KAFKA_AWS_REGION',
    kind: 'text',
    optional: true,
    reason: 'Region of the MSK cluster, for `aws-iam`.',
  },
});

export type KafkaSecuritySettings = Settings<typeof KAFKA_SECURITY_SETTINGS>;

export interface KafkaSecurity {
  ssl?: KafkaConfig['ssl'];
  sasl?: SASLOptions;
}

/** @throws HoldshortError `request_malformed` for settings that would send a password in the clear, or are incomplete */
export function kafkaSecurity(settings: KafkaSecuritySettings): KafkaSecurity {
  const sasl = saslOf(settings);
  const { kafkaTls: tls, kafkaCa: ca, kafkaCert: cert, kafkaKey: key } = settings;
  if ((cert === undefined) !== (key === undefined))
    throw incomplete('HOLDSHORT_KAFKA_CERT_FILE and HOLDSHORT_KAFKA_KEY_FILE belong together.');
  const wanted = tls === 'on' || (tls === 'auto' && (ca ?? cert ?? sasl) !== undefined);
  if (!wanted && sasl) throw incomplete('SASL without TLS would show the credential to the network.');
  if (!wanted) return {};
  const given = { ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert, key }) };
  return { ssl: given, ...(sasl ? { sasl } : {}) };
}

const incomplete = (words: string): HoldshortError =>
  new HoldshortError('request_malformed', words, { advice: 'See the settings HOLDSHORT_KAFKA_* in docs/reference.' });

function saslOf({
  kafkaSasl,
  kafkaUser,
  kafkaPassword,
  kafkaAwsRegion,
}: KafkaSecuritySettings): SASLOptions | undefined {
  if (kafkaSasl === 'none') return undefined;
  if (kafkaSasl === 'aws-iam') {
    if (kafkaAwsRegion === undefined) throw incomplete('Set HOLDSHORT_KAFKA_AWS_REGION for `aws-iam`.');
    return { mechanism: 'oauthbearer', oauthBearerProvider: () => mskToken(kafkaAwsRegion) };
  }
  if (kafkaUser === undefined || kafkaPassword === undefined)
    throw incomplete('Set HOLDSHORT_KAFKA_USER and HOLDSHORT_KAFKA_PASSWORD for SCRAM.');
  return { mechanism: kafkaSasl, username: kafkaUser, password: kafkaPassword };
}

/** A presigned URL that MSK takes as a token for 15 minutes; loaded when needed, since it brings the AWS SDK. */
async function mskToken(region: string): Promise<{ value: string }> {
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  return { value: (await generateAuthToken({ region })).token };
}
