import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { bearerOf } from '../access/http-caller.js';
import { sha256Hex } from '../random-id.js';
import { ACCESS_TOKEN_PREFIX, AccessTokensService } from './access-tokens.service.js';
import { API_TOKEN_PREFIX, ApiTokens } from './api-tokens/api-tokens.service.js';
import { Cookies } from './browser/cookies.js';
import { WebSessions } from './browser/web-sessions.service.js';
import type { Identity, PersonKey } from './identity.js';
import { PeopleCheck } from './people/people-check.js';
import { PeopleService } from './people/people.service.js';
import { WorkloadTokens, type TokenUse } from './workloads/workload-tokens.service.js';

/** What proved who is calling. */
export type Credential = { identity: Identity; /** Names the credential without giving it away. */ key: string } & (
  | { kind: 'access' }
  /** A browser's cookie: sent along without anybody's doing, so changes need more. */
  | { kind: 'web'; sessionId: string }
  | { kind: 'api'; scopes: readonly string[] }
  | { kind: 'workload'; use: TokenUse }
);

/** Finds out who is calling, and whether their provider still vouches for them. */
@Injectable()
export class AuthenticationService {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly accessTokens: AccessTokensService,
    private readonly apiTokens: ApiTokens,
    private readonly webSessions: WebSessions,
    private readonly workloads: WorkloadTokens,
    private readonly people: PeopleService,
    private readonly check: PeopleCheck,
    private readonly cookies: Cookies,
  ) {}

  /** A bearer token counts before a cookie. @returns undefined where nothing proves anything */
  async identify(request: Request): Promise<Credential | undefined> {
    if (request.headers.authorization === undefined) return this.byCookie(request);
    const token = bearerOf(request);
    if (token === undefined) return undefined;
    const key = `token ${sha256Hex(token)}`;
    if (token.startsWith(ACCESS_TOKEN_PREFIX)) return this.byAccessToken(token, key);
    if (token.startsWith(API_TOKEN_PREFIX)) return this.byApiToken(token, key);
    const workload = await this.workloads.identify(token);
    return workload && { kind: 'workload', key, ...workload };
  }

  private async byAccessToken(token: string, key: string): Promise<Credential | undefined> {
    const identity = await this.identityOf(await this.accessTokens.ownerOf(token));
    return identity && { kind: 'access', identity, key };
  }

  private async byApiToken(token: string, key: string): Promise<Credential | undefined> {
    const found = await this.apiTokens.find(token);
    const identity = await this.identityOf(found?.owner);
    return found && identity && { kind: 'api', identity, key, scopes: found.scopes };
  }

  private async byCookie(request: Request): Promise<Credential | undefined> {
    const sessionId = this.cookies.read(request, 'holdshort_session');
    if (sessionId === undefined) return undefined;
    const identity = await this.identityOf(await this.webSessions.ownerOf(sessionId));
    return identity && { kind: 'web', identity, sessionId, key: `web ${sha256Hex(sessionId)}` };
  }

  private async identityOf(owner: PersonKey | undefined): Promise<Identity | undefined> {
    if (!owner) return undefined;
    const found = await this.people.find(owner);
    if (!found?.renewable || !this.check.isDue(found.checkedAt)) return found?.identity;
    await this.check.freshen(owner);
    return (await this.people.find(owner))?.identity;
  }
}
