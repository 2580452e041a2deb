import { readFile } from 'node:fs/promises';
import { HoldshortError } from '@holdshort/errors';
import { ask } from './ask.js';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Instance metadata: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
const IMDS = 'http://169.254.169.254';
/** Credentials of ECS tasks: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
const ECS = 'http://169.254.170.2';
/** Hosts that a full URI may name without TLS: those of AWS's own SDKs, ECS and EKS Pod Identity. */
const CONTAINER_HOSTS = new Set([
  '127.0.0.1',
  'localhost',
  '[::1]',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
]);

const nowhere = (): never => {
  throw new HoldshortError('not_authenticated', 'No AWS credentials were found in the workspace.', {
    advice:
      'Give the workspace a role: an instance profile, a task role, EKS Pod Identity, or AWS_ACCESS_KEY_ID and its like.',
  });
};

/** The workspace's own, in the order of AWS's SDKs: environment, container, instance. @throws HoldshortError where there are none */
export async function awsCredentials(env: NodeJS.ProcessEnv): Promise<AwsCredentials> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  const url = containerUrl(env);
  if (url !== undefined) return readCredentials(await get(url, await containerHeaders(env)));
  return env['AWS_EC2_METADATA_DISABLED'] === 'true' ? nowhere() : ofInstance();
}

function containerUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env;
  if (relative) return new URL(relative, ECS).href;
  if (!full) return undefined;
  const { protocol, hostname } = new URL(full);
  return protocol === 'https:' || CONTAINER_HOSTS.has(hostname) ? full : nowhere();
}

async function containerHeaders(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: text } = env;
  const token = file ? (await readFile(file, 'utf8')).trim() : text;
  return token ? { authorization: token } : {};
}

/** IMDSv2 only: a token first, which a forwarded request cannot get. */
async function ofInstance(): Promise<AwsCredentials> {
  const path = `${IMDS}/latest/meta-data/iam/security-credentials/`;
  try {
    const session = await ask(`${IMDS}/latest/api/token`, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
    });
    const headers = { 'x-aws-ec2-metadata-token': session.text };
    const role = (await get(path, headers)).trim().split('\n')[0] ?? '';
    return readCredentials(await get(`${path}${encodeURIComponent(role)}`, headers));
  } catch (error) {
    if (error instanceof HoldshortError && error.code === 'control_plane_unreachable') return nowhere();
    throw error;
  }
}

async function get(url: string, headers: Record<string, string>): Promise<string> {
  const { status, text } = await ask(url, { method: 'GET', headers });
  return status === 200 ? text : nowhere();
}

function readCredentials(text: string): AwsCredentials {
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token } = JSON.parse(text) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof secret !== 'string') return nowhere();
  return { accessKeyId: id, secretAccessKey: secret, ...(typeof token === 'string' ? { sessionToken: token } : {}) };
}
