import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NotWritten } from './evidence-fault.js';
import type { EvidenceJob } from './evidence-job.js';

/** What the control plane itself knows of the call that a job tells of. */
export interface EvidenceFacts {
  site: string;
  owner: string;
  name: string;
  /** Sets that the repository belongs to. */
  sets: string[];
  human: { sub: string; login: string; idp: string };
  assistant: string;
  approvers: string[];
  policyVersion: string;
  policies: string[];
}

interface Row {
  request: {
    push?: { refs?: { newId?: string }[] } | null;
    targets?: { site?: string; repository?: { owner?: string; name?: string; sets?: string[] } | null }[];
  };
  policies: string[];
  policyVersion: string;
  sub: string;
  login: string;
  idp: string;
  assistant: string;
  approvers: string[] | null;
}

/** The newest allowing decision of this call: a held one was asked twice. */
const KNOWN = `SELECT d.request, d.policies, d.policy_version AS "policyVersion", s.human_sub AS sub, s.human_login AS login,
    s.human_idp AS idp, s.assistant,
    (SELECT array_agg(v.login ORDER BY v.at) FROM holdshort.approvals a JOIN holdshort.approval_votes v ON v.approval_id = a.id
      WHERE a.id = $4 AND a.session_id = d.session_id AND v.effect = 'approve') AS approvers
  FROM holdshort.decisions d JOIN holdshort.sessions s ON s.id = d.session_id
  WHERE d.session_id = $1 AND d.correlation_id = $2 AND d.agent_id = $3 AND d.effect = 'allow' AND NOT d.dry_run
  ORDER BY d.decided_at DESC LIMIT 1`;

/**
 * Nothing that stands at GitHub rests on the word of an agent alone: names and repository are those of the decision, and a
 * pushed commit is one that the decision was about. Only the id of a commit that GitHub made for a call is the agent's.
 */
@Injectable()
export class EvidenceFactsService {
  constructor(private readonly database: DataSource) {}

  /** @throws NotWritten where no decision allowed that: soon, as decisions are stored a moment after they are made */
  async of(job: EvidenceJob): Promise<EvidenceFacts> {
    const values = [job.sessionId, job.correlationId, job.agentId, job.approvalId ?? ''];
    const [row] = await this.database.query<Row[]>(KNOWN, values);
    const place = row && isDecided(job, row) ? placeOf(row) : undefined;
    if (!row || !place)
      throw new NotWritten('No decision of the control plane allowed what the event tells of.', 'soon');
    const { policies, policyVersion, sub, login, idp, assistant, approvers } = row;
    return { ...place, human: { sub, login, idp }, assistant, approvers: approvers ?? [], policies, policyVersion };
  }
}

const isDecided = ({ kind, subject }: EvidenceJob, { request }: Row): boolean =>
  kind === 'pull' || !request.push || (request.push.refs ?? []).some(({ newId }) => newId === subject);

function placeOf({ request }: Row): Pick<EvidenceFacts, 'site' | 'owner' | 'name' | 'sets'> | undefined {
  const target = request.targets?.find(({ repository }) => repository);
  const { owner, name, sets = [] } = target?.repository ?? {};
  if (target?.site === undefined || owner === undefined || name === undefined) return undefined;
  return { site: target.site, owner, name, sets };
}
