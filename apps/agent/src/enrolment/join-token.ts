import { HoldshortError } from '@holdshort/errors';

/** What a join token carries: where the control plane is, whom to trust, and a certificate that may only enrol. */
export interface JoinToken {
  id: string;
  /** host:port of the control plane's gRPC. */
  grpc: string;
  /** host:port of the audit relay, or null where agents reach Kafka themselves. */
  relay: string | null;
  tenant: string;
  ca: string;
  cert: string;
  key: string;
  expires: string;
}

const PREFIX = 'hsj1_';
const TEXT_FIELDS = ['id', 'grpc', 'tenant', 'ca', 'cert', 'key', 'expires'] as const;

/** @throws HoldshortError `request_malformed` for anything but a whole, unexpired `hsj1_` token */
export function parseJoinToken(text: string, now = new Date()): JoinToken {
  const advice = 'Create a new one: holdshort admin agent token --workspace NAME';
  if (!text.startsWith(PREFIX))
    throw new HoldshortError('request_malformed', 'This is not a join token (hsj1_...).', { advice });
  const fields = decode(text.slice(PREFIX.length), advice);
  for (const name of TEXT_FIELDS) {
    if (typeof fields[name] !== 'string')
      throw new HoldshortError('request_malformed', `The join token lacks "${name}".`, { advice });
  }
  const token = fields as unknown as JoinToken;
  if (new Date(token.expires) <= now)
    throw new HoldshortError('request_malformed', 'The join token has expired.', { advice });
  return { ...token, relay: typeof fields['relay'] === 'string' ? fields['relay'] : null };
}

function decode(text: string, advice: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new HoldshortError('request_malformed', 'The join token is damaged.', { advice, cause });
  }
}
