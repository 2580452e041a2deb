import { Injectable } from '@nestjs/common';
import { isRecord } from '../credentials/json-shape.js';
import type { Installation } from '../credentials/github-app.js';
import { mayWrite, WriteGithub } from '../credentials/write-github.js';
import { PublicUrl } from '../server/public-url.js';
import type { WrittenEvidence } from './commit-evidence.js';
import { NotWritten, requireStatus } from './evidence-fault.js';
import type { EvidenceFacts } from './evidence-facts.service.js';
import type { EvidenceJob } from './evidence-job.js';
import { MARKER, pullComment } from './evidence-text.js';
import { PullSessions, type Pull } from './pull-sessions.service.js';
import { RepositoryPlace } from './repository-place.js';
import { sessionUrl } from './session-url.js';

/** More rows nobody reads. */
const MAX_ROWS = 20;
const BRANCH = 'refs/heads/';

export interface WrittenComment extends WrittenEvidence {
  number: number;
}

/** One comment at each pull request of a branch, which is changed as the work goes on. */
@Injectable()
export class PullEvidence {
  constructor(
    private readonly github: WriteGithub,
    private readonly sessions: PullSessions,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** @returns one for each pull request; none where there is none yet. @throws NotWritten */
  async write(
    job: EvidenceJob,
    { site, owner, name }: Pick<EvidenceFacts, 'site' | 'owner' | 'name'>,
    installation: Installation,
  ): Promise<WrittenComment[]> {
    const permissions = commenting(installation, `${owner}/${name}`);
    const place = new RepositoryPlace(this.github, installation, owner, name, permissions);
    const written: WrittenComment[] = [];
    for (const found of await pullsOf(place, job, owner)) {
      const pull = { site, repo: `${owner}/${name}`, ...found };
      await this.sessions.note(job.id, pull.number);
      const url = await this.sessions.alone(pull, (known) => this.comment(place, pull, known));
      written.push({ kind: 'comment', number: pull.number, url });
    }
    return written;
  }

  /** Changes the comment that is known or found, else makes one. @returns its address */
  private async comment(place: RepositoryPlace, pull: Pull, known: string | undefined): Promise<string> {
    const all = await this.sessions.of(pull);
    const rows = all.map((session) => ({ ...session, url: sessionUrl(this.publicUrl.value, session.sessionId) }));
    const body = pullComment(rows.slice(0, MAX_ROWS), Math.max(0, rows.length - MAX_ROWS));
    const ours = known ?? (await findOurs(place, pull.number));
    const changed = ours === undefined ? undefined : await change(place, ours, body);
    const { id, url } = changed ?? (await create(place, pull.number, body));
    await this.sessions.remember(pull, id);
    return url;
  }
}

/** GitHub takes either permission for the comment of a pull request; which ones there are is asked beside it. */
function commenting(installation: Installation, repo: string): Record<string, 'read' | 'write'> {
  if (mayWrite(installation, 'pull_requests')) return { pull_requests: 'write' };
  if (mayWrite(installation, 'issues') && installation.permissions['pull_requests'] !== undefined)
    return { issues: 'write', pull_requests: 'read' };
  throw new NotWritten(`The GitHub App may not comment on pull requests of ${repo}.`, 'always');
}

type Found = Pick<Pull, 'number' | 'headRef'>;

/** The one that the call opened, or the open ones of the branch that it moved. */
async function pullsOf(place: RepositoryPlace, { subject, ref }: EvidenceJob, owner: string): Promise<Found[]> {
  if (ref !== '') {
    const head = encodeURIComponent(`${owner}:${ref.slice(BRANCH.length)}`);
    const { status, body } = await place.call('GET', `/pulls?state=open&per_page=20&head=${head}`);
    requireStatus('list pull requests', status, 200);
    return Array.isArray(body) ? body.flatMap((one) => foundIn(one, owner)) : [];
  }
  const { status, body } = await place.call('GET', `/pulls/${String(Number(subject))}`);
  requireStatus('read the pull request', status, 200);
  return foundIn(body, owner);
}

function foundIn(body: unknown, owner: string): Found[] {
  if (!isRecord(body) || typeof body['number'] !== 'number') return [];
  const head = isRecord(body['head']) ? body['head'] : {};
  const from = isRecord(head['repo']) && isRecord(head['repo']['owner']) ? head['repo']['owner']['login'] : undefined;
  const isOwn = typeof from === 'string' && from.toLowerCase() === owner.toLowerCase();
  return [{ number: body['number'], headRef: isOwn ? `${BRANCH}${String(head['ref'])}` : '' }];
}

/** By the marker, and by our App as the one that wrote it. */
async function findOurs(place: RepositoryPlace, number: number): Promise<string | undefined> {
  const appId = place.installation.app.id;
  for await (const comment of place.list(`/issues/${String(number)}/comments`, (body) => body)) {
    if (!isRecord(comment) || !String(comment['body']).startsWith(MARKER)) continue;
    const app = comment['performed_via_github_app'];
    if (isRecord(app) && [String(app['id']), app['client_id']].includes(appId)) return String(comment['id']);
  }
  return undefined;
}

interface MadeComment {
  id: string;
  url: string;
}

/** Undefined where it is gone: somebody deleted it. */
async function change(place: RepositoryPlace, id: string, body: string): Promise<MadeComment | undefined> {
  const answer = await place.call('PATCH', `/issues/comments/${id}`, { body });
  if (answer.status === 404) return undefined;
  requireStatus('change its comment', answer.status, 200);
  return madeIn(answer.body);
}

async function create(place: RepositoryPlace, number: number, body: string): Promise<MadeComment> {
  const answer = await place.call('POST', `/issues/${String(number)}/comments`, { body });
  requireStatus('comment on the pull request', answer.status, 201);
  return madeIn(answer.body);
}

function madeIn(body: unknown): MadeComment {
  if (!isRecord(body) || typeof body['id'] !== 'number')
    throw new NotWritten('GitHub described a comment in an unknown form.');
  return { id: String(body['id']), url: typeof body['html_url'] === 'string' ? body['html_url'].slice(0, 500) : '' };
}
