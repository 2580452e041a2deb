import { Module } from '@nestjs/common';
import { AuditSearchModule } from '../audit-search/audit-search.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CollectEvidence } from './collect-evidence.js';
import { CommitEvidence } from './commit-evidence.js';
import { EvidenceFactsService } from './evidence-facts.service.js';
import { EvidencePolicies } from './evidence-policies.js';
import { EvidenceQueue } from './evidence-queue.service.js';
import { PullEvidence } from './pull-evidence.js';
import { PullSessions } from './pull-sessions.service.js';
import { RunEvidence } from './run-evidence.js';
import { WriteEvidence } from './write-evidence.js';

@Module({
  imports: [AuditSearchModule, CredentialsModule],
  providers: [
    CollectEvidence,
    CommitEvidence,
    EvidenceFactsService,
    EvidencePolicies,
    EvidenceQueue,
    PullEvidence,
    PullSessions,
    RunEvidence,
    WriteEvidence,
  ],
})
export class EvidenceModule {}
