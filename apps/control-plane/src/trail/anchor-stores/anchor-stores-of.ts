import { HoldshortError } from '@holdshort/errors';
import { awsCredentialsIn } from '../../aws/aws-credentials.js';
import type { Clock } from '../../clock.js';
import { isSafeUrl } from '../../safe-url.js';
import type { ControlPlaneSettings } from '../../settings.js';
import type { AnchorStore } from './anchor-store.js';
import { FileAnchorStore } from './file-anchor-store.js';
import { S3AnchorStore } from './s3-anchor-store.js';

type AnchorSettings = Pick<
  ControlPlaneSettings,
  'auditAnchorFile' | 'auditAnchorS3' | 'auditAnchorS3Endpoint' | 'auditAnchorRetainDays'
>;

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

/** The places that the settings name; none is none. @throws HoldshortError `request_malformed` for what names no place */
export function anchorStoresOf(
  settings: AnchorSettings,
  now: Clock,
  env: NodeJS.ProcessEnv = process.env,
): AnchorStore[] {
  const { auditAnchorFile: file } = settings;
  return [...(file === undefined ? [] : [new FileAnchorStore(file)]), ...s3Of(settings, now, env)];
}

function s3Of(settings: AnchorSettings, now: Clock, env: NodeJS.ProcessEnv): AnchorStore[] {
  const { auditAnchorS3: place, auditAnchorS3Endpoint: endpoint, auditAnchorRetainDays: retainDays } = settings;
  if (place === undefined) return [];
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([A-Za-z0-9._/-]*))?$/.exec(place) ?? [];
  if (bucket === undefined) return refuse('HOLDSHORT_AUDIT_ANCHOR_S3 must be s3://BUCKET or s3://BUCKET/PREFIX.');
  if (endpoint !== undefined && !isSafeUrl(endpoint))
    return refuse('HOLDSHORT_AUDIT_ANCHOR_S3_ENDPOINT must be an https URL.');
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '';
  if (!/^[a-z0-9-]+$/.test(region)) return refuse('Anchors in S3 need AWS_REGION.');
  return [
    new S3AnchorStore({
      ...{
        bucket,
        prefix: prefix.replace(/\/+$/, ''),
        region,
        retainDays,
        now,
        credentials: () => awsCredentialsIn(env, 'Anchors in S3 need'),
      },
      ...(endpoint === undefined ? {} : { endpoint }),
    }),
  ];
}
