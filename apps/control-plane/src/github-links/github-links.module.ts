import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { GithubAppsModule } from '../credentials/github-apps.module.js';
import { SignalsModule } from '../signals/signals.module.js';
import { GithubLinksController } from './github-links.controller.js';
import { GithubLinks } from './github-links.service.js';
import { LinkAccount } from './link-account.service.js';
import { LinkAttempts } from './link-attempts.service.js';
import { LinkPagesController } from './link-pages.controller.js';
import { LinkableApps } from './linkable-apps.js';
import { StoreFreshTokens } from './store-fresh-tokens.js';
import { UnlinkEndedPeople } from './unlink-ended-people.js';
import { UserLease } from './user-lease.service.js';
import { UserTokensService } from './user-tokens.service.js';

@Module({
  imports: [AuthModule, GithubAppsModule, SignalsModule],
  controllers: [GithubLinksController, LinkPagesController],
  providers: [
    GithubLinks,
    LinkAccount,
    LinkAttempts,
    LinkableApps,
    StoreFreshTokens,
    UnlinkEndedPeople,
    UserLease,
    UserTokensService,
  ],
  exports: [UserLease],
})
export class GithubLinksModule {}
