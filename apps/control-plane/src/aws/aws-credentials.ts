import { HoldshortError } from '@holdshort/errors';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/**
 * @param who what needs them, as the refusal begins
 * @throws HoldshortError `request_malformed` where the environment has none
 */
export function awsCredentialsIn(env: NodeJS.ProcessEnv, who = 'AWS KMS needs'): AwsCredentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new HoldshortError('request_malformed', `${who} AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`);
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
