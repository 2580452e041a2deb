import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { FactsTokens } from './facts-tokens.js';
import { GithubApp } from './github-app.js';
import { GithubHttp } from './github-http.js';
import { LeasesService } from './leases.service.js';
import { PullFactsService } from './pull-facts.service.js';
import { RefStates } from './ref-states.service.js';
import { RepositoryFactsService } from './repository-facts.service.js';

@Module({
  imports: [SessionsModule, SignalsModule],
  providers: [FactsTokens, GithubApp, GithubHttp, LeasesService, PullFactsService, RefStates, RepositoryFactsService],
  exports: [GithubApp, LeasesService, PullFactsService, RefStates, RepositoryFactsService],
})
export class CredentialsModule {}
