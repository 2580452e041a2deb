import { readFile } from 'node:fs/promises';
import { HoldshortError } from '@holdshort/errors';
import type { AgentSettings } from '../../config.js';
import { ask } from './ask.js';
import { awsCredentials } from './aws-credentials.js';

type JoinSettings = Pick<AgentSettings, 'joinMethod' | 'joinUrl' | 'joinCaFile' | 'joinEvidenceFile' | 'joinAwsRegion'>;

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;
/** Where docs/joining.md projects the service account's token. */
const POD_TOKEN = '/var/run/secrets/holdshort/token';

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message, { advice: 'See docs/joining.md.' });
};

/**
 * How this workspace gets its join token without anybody handing it one (ADR 1).
 * @returns undefined for the method `token`, which a file brings
 * @throws HoldshortError `request_malformed` for settings that do not fit together
 */
export function joinByEvidence(settings: JoinSettings, env: NodeJS.ProcessEnv): (() => Promise<string>) | undefined {
  const { joinMethod, joinUrl } = settings;
  if (joinMethod === 'token') return undefined;
  const url = URL.parse(joinUrl ?? '');
  if (!url || (url.protocol !== 'https:' && !LOOPBACK.test(url.hostname)))
    return refuse('HOLDSHORT_JOIN_URL must be the https URL of the control plane.');
  return async () => exchange(url, settings, await evidenceOf(url, settings, env));
}

async function evidenceOf(url: URL, settings: JoinSettings, env: NodeJS.ProcessEnv): Promise<object> {
  const { joinMethod: method, joinEvidenceFile } = settings;
  if (method === 'aws-iam') {
    const region = settings.joinAwsRegion ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
    const { nonce } = await call(url, 'nonces', settings, {});
    // loaded by those who join this way only
    const { awsEvidence } = await import('./aws-evidence.js');
    return awsEvidence(await awsCredentials(env), { nonce: String(nonce), serverName: url.host, region });
  }
  const file = joinEvidenceFile ?? (method === 'kubernetes' ? POD_TOKEN : undefined);
  if (file === undefined) return refuse('HOLDSHORT_JOIN_EVIDENCE_FILE must name the file with the token.');
  return { method, token: (await readFile(file, 'utf8')).trim() };
}

async function exchange(url: URL, settings: JoinSettings, evidence: object): Promise<string> {
  const { token } = await call(url, '', settings, evidence);
  if (typeof token === 'string') return token;
  throw new HoldshortError('internal_error', 'The control plane gave no join token.');
}

async function call(url: URL, path: string, settings: JoinSettings, body: object): Promise<Record<string, unknown>> {
  const root = url.href.replace(/\/+$/, '');
  const { status, text } = await ask(`${root}/api/v1/join${path === '' ? '' : `/${path}`}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    ...(settings.joinCaFile === undefined ? {} : { ca: await readFile(settings.joinCaFile, 'utf8') }),
  });
  const answer = objectIn(text);
  if (status >= 200 && status <= 299) return answer;
  const detail =
    typeof answer['detail'] === 'string' ? answer['detail'] : `The control plane answered ${String(status)}.`;
  throw new HoldshortError('not_authorized', detail, {
    advice: 'Compare this workspace with the join rules; see docs/joining.md.',
  });
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // an HTML page of something in between; the status says enough
  }
}
