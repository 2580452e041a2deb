/** What is needed of an entry of GitHub's audit log; docs/reconcile.md says from which fields. */
export interface GithubEntry {
  /** Milliseconds since 1970. */
  time: number;
  /** Delivery of the stream is at least once: the same id is the same entry. */
  id: string;
  action: string;
  actor: string;
  /** owner/name in lower case; empty where the entry is about none. */
  repo: string;
  /** SHA-256 of the token, base64; undefined where none was used (a browser, an SSH key). */
  token: string | undefined;
  /** GitHub's name for the kind of credential. */
  access: string;
  userAgent: string;
  requestId: string;
}

type Fields = Record<string, unknown>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Of a parsed entry; undefined for what is none. Never throws. */
export function githubEntry(value: unknown): GithubEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Fields;
  const time = Number(fields['@timestamp'] ?? fields['created_at']);
  const action = textOf(fields['action']);
  if (!Number.isFinite(time) || action === '') return undefined;
  const token = textOf(fields['hashed_token']);
  return {
    time,
    action,
    id: textOf(fields['_document_id']),
    actor: textOf(fields['actor']),
    repo: textOf(fields['repo'] ?? fields['repository']).toLowerCase(),
    token: token === '' ? undefined : token,
    access: textOf(fields['programmatic_access_type']),
    userAgent: textOf(fields['user_agent']),
    requestId: textOf(fields['request_id']),
  };
}

export const isGitPush = ({ action }: Pick<GithubEntry, 'action'>): boolean => action === 'git.push';
