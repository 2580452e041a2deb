import { UnreadableInput } from '@holdshort/audit-events';
import { setTimeout as delay } from 'node:timers/promises';

export interface GithubApi {
  /** Root of the API: https://api.github.com, or https://HOST/api/v3. */
  url: string;
  org: string;
  token: string;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/** The largest page (REST documentation, "Get the audit log for an organization"). */
const PAGE = 100;
const TIMEOUT_MS = 30_000;
/** The log allows 1,750 calls an hour ("Using the audit log API"); it says how long to wait, and nobody waits longer for a report. */
const LONGEST_WAIT_MS = 5 * 60_000;
const MAX_WAITS = 20;

/** GitHub's search syntax takes seconds with an offset, no `Z`. */
const created = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00');

/** All entries of the time, oldest first, as they come. */
export async function* githubApi(api: GithubApi): AsyncGenerator {
  const query = new URLSearchParams({
    include: 'all',
    order: 'asc',
    per_page: String(PAGE),
    phrase: `created:${created(api.from)}..${created(api.to + 999)}`,
  });
  let next: string | undefined =
    `${api.url.replace(/\/$/, '')}/orgs/${encodeURIComponent(api.org)}/audit-log?${query.toString()}`;
  const { origin } = new URL(api.url);
  while (next !== undefined) {
    const response = await ask(next, api);
    const page: unknown = await response.json();
    if (!Array.isArray(page)) throw new UnreadableInput("GitHub's audit log gave no list");
    yield* page;
    next = nextOf(response.headers.get('link'), origin);
  }
}

/** The token goes to the host that was named, and to no other that an answer names. */
function nextOf(link: string | null, origin: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  if (next === undefined || new URL(next).origin === origin) return next;
  throw new UnreadableInput(`GitHub's next page is at ${new URL(next).origin}, not at ${origin}`);
}

async function ask(url: string, api: GithubApi): Promise<Response> {
  for (let waits = 0; ; waits += 1) {
    const response = await send(url, api.token);
    if (response.ok) return response;
    const wait = waitOf(response);
    if (wait === undefined || wait > LONGEST_WAIT_MS || waits === MAX_WAITS) throw refused(response, api.org);
    await response.body?.cancel();
    await delay(wait);
  }
}

async function send(url: string, token: string): Promise<Response> {
  try {
    return await fetch(url, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'user-agent': 'holdshort',
        'x-github-api-version': '2022-11-28',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new UnreadableInput(`GitHub at ${new URL(url).host} does not answer`, { cause });
  }
}

/** Milliseconds after which GitHub wants to be asked again; undefined where it refused for another reason. */
function waitOf({ status, headers }: Response): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(after)) return after * 1000;
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  return Math.max(0, Number(headers.get('x-ratelimit-reset')) * 1000 - Date.now()) + 1000;
}

function refused({ status }: Response, org: string): UnreadableInput {
  const what = `GitHub answered ${status} for the audit log of ${org}`;
  if (status === 401) return new UnreadableInput(`${what}: HOLDSHORT_GITHUB_AUDIT_TOKEN is not a good token`);
  if (status === 403 || status === 404)
    return new UnreadableInput(
      `${what}: the token needs the scope read:audit_log of an owner, or the permission organization administration: read`,
    );
  return new UnreadableInput(what);
}
