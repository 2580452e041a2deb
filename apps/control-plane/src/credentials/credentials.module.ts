import { Module } from '@nestjs/common';
import { GithubLinksModule } from '../github-links/github-links.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { AbandonedLeases } from './abandoned-leases.js';
import { AskGithub } from './ask-github.js';
import { FactsTokens } from './facts-tokens.js';
import { GithubAppsModule } from './github-apps.module.js';
import { IssueLease } from './issue-lease.js';
import { LeasesService } from './leases.service.js';
import { OutgoingLeases } from './outgoing-leases.js';
import { PullFactsService } from './pull-facts.service.js';
import { RefStates } from './ref-states.service.js';
import { RepositoryFactsService } from './repository-facts.service.js';
import { WriteGithub } from './write-github.js';

@Module({
  imports: [GithubAppsModule, GithubLinksModule, PoliciesModule, SessionsModule, SignalsModule],
  providers: [
    AbandonedLeases,
    AskGithub,
    FactsTokens,
    IssueLease,
    LeasesService,
    OutgoingLeases,
    PullFactsService,
    RefStates,
    RepositoryFactsService,
    WriteGithub,
  ],
  exports: [
    GithubAppsModule,
    GithubLinksModule,
    LeasesService,
    PullFactsService,
    RefStates,
    RepositoryFactsService,
    WriteGithub,
  ],
})
export class CredentialsModule {}
