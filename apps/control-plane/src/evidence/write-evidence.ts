import { Inject, Injectable } from '@nestjs/common';
import { toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { ControlPlaneAudit, type OwnEventOf } from '../audit/control-plane-audit.js';
import { GithubApps } from '../credentials/github-apps.js';
import { LOGGER } from '../logger.js';
import { PublicUrl } from '../server/public-url.js';
import { CommitEvidence, type WrittenEvidence } from './commit-evidence.js';
import { NotWritten } from './evidence-fault.js';
import { EvidenceFactsService, type EvidenceFacts } from './evidence-facts.service.js';
import type { EvidenceJob } from './evidence-job.js';
import { EvidencePolicies } from './evidence-policies.js';
import { EvidenceQueue } from './evidence-queue.service.js';
import { PullEvidence } from './pull-evidence.js';
import { sessionUrl } from './session-url.js';

type Written = WrittenEvidence & { number?: number };

/** Does one job: what it says, that it was said, or that it could not be. A failure of it is nobody's but its own. */
@Injectable()
export class WriteEvidence {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly queue: EvidenceQueue,
    private readonly facts: EvidenceFactsService,
    private readonly policies: EvidencePolicies,
    private readonly apps: GithubApps,
    private readonly commits: CommitEvidence,
    private readonly pulls: PullEvidence,
    private readonly audit: ControlPlaneAudit,
    private readonly publicUrl: PublicUrl,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async deliver(job: EvidenceJob): Promise<void> {
    let facts: EvidenceFacts | undefined;
    try {
      this.audit.requireWritable();
      facts = await this.facts.of(job);
      const written = this.policies.wants(job.kind, facts.sets) ? await this.write(job, facts) : [];
      for (const one of written) await this.audit.record(writtenEvent(job, facts, one));
      await this.queue.ended(job.id, written.length > 0 ? 'written' : 'nothing');
    } catch (error) {
      await this.failed(job, facts, error);
    }
  }

  private async write(job: EvidenceJob, facts: EvidenceFacts): Promise<Written[]> {
    const { site, owner, name } = facts;
    await this.queue.placed(job.id, site, `${owner}/${name}`);
    const installation = await this.apps.installationOfRepository(site, owner, name);
    if (job.kind === 'pull') return this.pulls.write(job, facts, installation);
    const { human, assistant, approvers, policies, policyVersion } = facts;
    const url = sessionUrl(this.publicUrl.value, job.sessionId);
    const told = { sessionId: job.sessionId, url, engineer: human.login, assistant, approvers };
    return [await this.commits.write(job, facts, installation, { ...told, ref: job.ref, policies, policyVersion })];
  }

  private async failed(job: EvidenceJob, facts: EvidenceFacts | undefined, error: unknown): Promise<void> {
    const fault = error instanceof NotWritten ? error : new NotWritten(toHoldshortError(error).message);
    const { id: evidence, kind, attempts } = job;
    this.logger.warn(
      { err: error, evidence, kind, attempts, correlation_id: job.correlationId },
      'evidence not written',
    );
    if (!(await this.queue.failed(job, fault)) || !facts) return;
    await this.audit.record(failedEvent(job, facts, fault));
  }
}

const common = (job: EvidenceJob, { site, owner, name, human, assistant }: EvidenceFacts) => ({
  correlation_id: job.correlationId,
  session_id: job.sessionId,
  human,
  ...(assistant === '' ? {} : { ai: { tool: assistant } }),
  target: { host: site, repo: `${owner}/${name}`, ...(job.ref === '' ? {} : { ref: job.ref }) },
});

function writtenEvent(
  job: EvidenceJob,
  facts: EvidenceFacts,
  { kind, url, number }: Written,
): OwnEventOf<'evidence.written'> {
  const shared = common(job, facts);
  return {
    type: 'evidence.written',
    ...shared,
    target: { ...shared.target, ...(number === undefined ? {} : { number }) },
    outcome: 'success',
    detail: {
      ...{ evidence: job.id, kind, event_id: job.eventId, url },
      commit: job.kind === 'commit' ? job.subject : '',
    },
  };
}

const failedEvent = (
  job: EvidenceJob,
  facts: EvidenceFacts,
  { message, isFinal }: NotWritten,
): OwnEventOf<'evidence.failed'> => ({
  type: 'evidence.failed',
  ...common(job, facts),
  outcome: 'failed',
  error: { code: isFinal === 'always' ? 'lease_unavailable' : 'upstream_refused', message },
  detail: { evidence: job.id, kind: job.kind === 'commit' ? 'check_run' : 'comment', event_id: job.eventId },
});
