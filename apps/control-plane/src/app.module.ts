import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AgentsModule } from './agents/agents.module.js';
import { ApprovalsModule } from './approvals/approvals.module.js';
import { AuditSearchModule } from './audit-search/audit-search.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CausesModule } from './causes/causes.module.js';
import { ConsoleModule } from './console/console.module.js';
import { CoreModule, type Parts } from './core.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { GithubLinksModule } from './github-links/github-links.module.js';
import { HealthModule } from './health/health.module.js';
import { OpenapiModule } from './openapi/openapi.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { ProblemFilter } from './problem/problem.filter.js';
import { PromptsModule } from './prompts/prompts.module.js';
import { SchemasModule } from './schemas/schemas.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { SignalsModule } from './signals/signals.module.js';
import { SimulationsModule } from './simulations/simulations.module.js';
import { TrailCheckModule } from './trail-check/trail-check.module.js';
import { TrailModule } from './trail/trail.module.js';
import { WatchModule } from './watch/watch.module.js';

const FEATURES = [
  AccessModule,
  AgentsModule,
  ApprovalsModule,
  AuditSearchModule,
  AuthModule,
  CausesModule,
  CredentialsModule,
  DecisionsModule,
  EvidenceModule,
  GithubLinksModule,
  HealthModule,
  OpenapiModule,
  OverviewModule,
  PoliciesModule,
  PromptsModule,
  SchemasModule,
  SecretsModule,
  SessionsModule,
  SignalsModule,
  SimulationsModule,
  TrailCheckModule,
  TrailModule,
  WatchModule,
  // last: its addresses are whatever nobody else's are
  ConsoleModule,
];

@Module({ imports: FEATURES, providers: [{ provide: APP_FILTER, useClass: ProblemFilter }] })
export class AppModule {
  static with(parts: Parts): DynamicModule {
    return { module: AppModule, imports: [CoreModule.with(parts)] };
  }
}
