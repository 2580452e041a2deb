import { hkdfSync } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';
import { awsCredentialsIn } from '../aws/aws-credentials.js';
import { KmsKey } from '../aws/kms-key.js';
import type { ControlPlaneSettings } from '../settings.js';
import { KmsKeyWrapper } from './kms-key-wrapper.js';
import { LocalKeyWrapper } from './local-key-wrapper.js';
import type { KeyRing, KeyWrapper } from './key-wrapper.js';

type KeySettings = Pick<
  ControlPlaneSettings,
  'secretsKey' | 'secretsKeyFile' | 'secretsKmsKey' | 'secretsKmsEndpoint' | 'tenant' | 'agentCaKey'
>;

const refuse = (message: string, advice?: string): never => {
  throw new HoldshortError('request_malformed', message, advice === undefined ? {} : { advice });
};

/**
 * The keys that the settings name: KMS first, else the first of the keys in the file or the environment, else one that
 * follows from the key of the agent CA. All others unwrap, so that a key can be replaced without losing anything.
 * @throws HoldshortError `request_malformed` for a key of another length
 */
export function keyRingOf(settings: KeySettings, env: NodeJS.ProcessEnv = process.env): KeyRing {
  if (settings.secretsKey !== undefined && settings.secretsKeyFile !== undefined)
    return refuse('Set HOLDSHORT_SECRETS_KEY or HOLDSHORT_SECRETS_KEY_FILE, not both.');
  const wrappers: KeyWrapper[] = [
    ...kmsOf(settings, env),
    ...keysIn(settings.secretsKeyFile ?? settings.secretsKey ?? '').map((key) => new LocalKeyWrapper(key)),
    new LocalKeyWrapper(Buffer.from(hkdfSync('sha256', settings.agentCaKey, '', 'holdshort secrets at rest', 32))),
  ];
  const [current] = wrappers as [KeyWrapper];
  return { current, all: new Map(wrappers.map((wrapper) => [wrapper.id, wrapper])) };
}

function kmsOf(
  { secretsKmsKey: keyArn, secretsKmsEndpoint: endpoint, tenant }: KeySettings,
  env: NodeJS.ProcessEnv,
): KeyWrapper[] {
  if (keyArn === undefined) return [];
  const setting = 'HOLDSHORT_SECRETS_KMS_KEY';
  const key = new KmsKey({ keyArn, endpoint, setting, credentials: () => awsCredentialsIn(env) });
  return [new KmsKeyWrapper(key, tenant)];
}

/** One key a line, the current one first: 32 bytes as base64 or hex. */
const keysIn = (text: string): Buffer[] =>
  text
    .split(/\s+/)
    .filter((line) => line !== '')
    .map(readKey);

function readKey(text: string): Buffer {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  const key = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : undefined;
  return key?.length === 32
    ? key
    : refuse('A key for secrets must be 32 random bytes in base64 or hex.', 'Make one: openssl rand -base64 32');
}
