import { sign } from 'aws4';
import type { AwsCredentials } from './aws-credentials.js';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
/** Sent by whoever asks AWS in our name, not part of what we sign for. */
const NOT_SENT = new Set(['host', 'content-length']);

/**
 * "Who am I?" to AWS, signed by the workspace's role and not sent: the control plane asks it in our name. The signature
 * covers its nonce and its name, so the evidence is of use to nobody else.
 */
export function awsEvidence(
  credentials: AwsCredentials,
  { nonce, serverName, region }: { nonce: string; serverName: string; region: string },
): { method: 'aws-iam'; host: string; headers: Record<string, string> } {
  const host = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signed = sign(
    {
      ...{ host, service: 'sts', region, method: 'POST', path: '/', body: BODY },
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
        'X-Holdshort-Nonce': nonce,
        'X-Holdshort-Server': serverName,
      },
    },
    credentials,
  );
  const headers = Object.entries(signed.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return { method: 'aws-iam', host, headers: Object.fromEntries(headers.filter(([name]) => !NOT_SENT.has(name))) };
}
