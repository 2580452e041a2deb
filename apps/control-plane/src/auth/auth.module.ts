import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccessTokensService } from './access-tokens.service.js';
import { AdmitPerson } from './admit-person.service.js';
import { ApiTokensController } from './api-tokens/api-tokens.controller.js';
import { ApiTokens } from './api-tokens/api-tokens.service.js';
import { AuthController } from './auth.controller.js';
import { AuthenticationService } from './authentication.service.js';
import { BreakGlass } from './break-glass/break-glass.service.js';
import { AccountController } from './browser/account.controller.js';
import { BackchannelLogout } from './browser/backchannel-logout.service.js';
import { BrowserLoginController } from './browser/browser-login.controller.js';
import { BrowserLogin } from './browser/browser-login.service.js';
import { Cookies } from './browser/cookies.js';
import { LoginAttempts } from './browser/login-attempts.service.js';
import { WebSessions } from './browser/web-sessions.service.js';
import { LoginService } from './login.service.js';
import { OidcIssuers } from './oidc-issuers.js';
import { EndPerson } from './people/end-person.js';
import { PeopleCheck } from './people/people-check.js';
import { PeopleService } from './people/people.service.js';
import { RoleGrantsController } from './roles/role-grants.controller.js';
import { RoleGrantsService } from './roles/role-grants.service.js';
import { SeenTokens } from './seen-tokens.service.js';
import { WorkloadTokens } from './workloads/workload-tokens.service.js';

const PEOPLE = [AdmitPerson, EndPerson, OidcIssuers, PeopleCheck, PeopleService, RoleGrantsService];
const BROWSER = [BackchannelLogout, BrowserLogin, Cookies, LoginAttempts, WebSessions];
const TOKENS = [AccessTokensService, ApiTokens, BreakGlass, LoginService, SeenTokens, WorkloadTokens];

@Module({
  imports: [SessionsModule],
  controllers: [AccountController, ApiTokensController, AuthController, BrowserLoginController, RoleGrantsController],
  providers: [AuthenticationService, ...PEOPLE, ...BROWSER, ...TOKENS],
  exports: [AccessTokensService, AuthenticationService, PeopleService, WorkloadTokens],
})
export class AuthModule {}
