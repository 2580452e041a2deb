import { Injectable } from '@nestjs/common';
import { isRecord } from '../credentials/json-shape.js';
import type { Installation } from '../credentials/github-app.js';
import { mayWrite, WriteGithub } from '../credentials/write-github.js';
import { NotWritten, requireStatus } from './evidence-fault.js';
import type { EvidenceFacts } from './evidence-facts.service.js';
import type { EvidenceJob } from './evidence-job.js';
import { checkSummary, statusDescription, type ToldCommit } from './evidence-text.js';
import { RepositoryPlace } from './repository-place.js';

/** Name of the check run and context of the status: what a branch protection can require. */
export const CHECK_NAME = 'holdshort';

export interface WrittenEvidence {
  kind: 'check_run' | 'status' | 'comment';
  url: string;
}

/** A check run at a commit, or a commit status where the App may write none. */
@Injectable()
export class CommitEvidence {
  constructor(private readonly github: WriteGithub) {}

  /**
   * Once for a job: what an attempt wrote whose answer was lost is found again.
   * @throws NotWritten always, where the App has neither permission
   */
  async write(
    job: EvidenceJob,
    { owner, name }: Pick<EvidenceFacts, 'owner' | 'name'>,
    installation: Installation,
    told: ToldCommit,
  ): Promise<WrittenEvidence> {
    const place = (permission: string): RepositoryPlace =>
      new RepositoryPlace(this.github, installation, owner, name, { [permission]: 'write' });
    if (mayWrite(installation, 'checks')) return checkRun(place('checks'), job, told);
    if (mayWrite(installation, 'statuses')) return commitStatus(place('statuses'), job, told);
    throw new NotWritten(`The GitHub App may write neither checks nor statuses on ${owner}/${name}.`, 'always');
  }
}

async function checkRun(place: RepositoryPlace, job: EvidenceJob, told: ToldCommit): Promise<WrittenEvidence> {
  const runs = `/commits/${job.subject}/check-runs?check_name=${CHECK_NAME}&filter=all`;
  for await (const run of place.list(runs, (body) => (isRecord(body) ? body['check_runs'] : undefined)))
    if (isRecord(run) && run['external_id'] === job.id) return { kind: 'check_run', url: text(run['html_url']) };
  const { status, body } = await place.call('POST', '/check-runs', {
    name: CHECK_NAME,
    head_sha: job.subject,
    external_id: job.id,
    status: 'completed',
    conclusion: 'success',
    ...(isAddress(told.url) ? { details_url: told.url } : {}),
    output: { title: 'On record', summary: checkSummary(told) },
  });
  requireStatus('write a check run', status, 201);
  return { kind: 'check_run', url: isRecord(body) ? text(body['html_url']) : '' };
}

/** A status has no place for an id of ours but its address. */
async function commitStatus(place: RepositoryPlace, job: EvidenceJob, told: ToldCommit): Promise<WrittenEvidence> {
  const target = isAddress(told.url) ? `${told.url}#${job.id}` : undefined;
  for await (const one of place.list(`/commits/${job.subject}/statuses`, (body) => body))
    if (isRecord(one) && one['context'] === CHECK_NAME && text(one['target_url']).endsWith(`#${job.id}`))
      return { kind: 'status', url: text(one['url']) };
  const { status, body } = await place.call('POST', `/statuses/${job.subject}`, {
    state: 'success',
    context: CHECK_NAME,
    description: statusDescription(told),
    ...(target === undefined ? {} : { target_url: target }),
  });
  requireStatus('write a commit status', status, 201);
  return { kind: 'status', url: isRecord(body) ? text(body['url']) : '' };
}

/** GitHub takes no other addresses. */
const isAddress = (url: string): boolean => /^https?:\/\//.test(url);

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 500) : '');
