import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { Request } from 'express';
import { AgentsService } from '../agents/agents.service.js';
import { AccessTokensService } from '../auth/access-tokens.service.js';
import { hasAnyRole, type Identity, type Role } from '../auth/identity.js';
import { LOGGER } from '../logger.js';
import { sha256Hex } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { GRPC_ACCESS, HTTP_ACCESS, type HttpRule } from './access-table.js';
import { bearerOf, rememberCaller } from './http-caller.js';
import { readPeer, rememberPeer, type AuthenticatedCall, type Peer } from './peer.js';

const notDeclared = (): HoldshortError =>
  new HoldshortError('not_authorized', 'This call is not declared in the access table.');

/** Stands before every handler, HTTP and gRPC alike; without a row in the access table nothing passes. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly tokens: AccessTokensService,
    private readonly agents: AgentsService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() === 'http') await this.admitHttp(context.switchToHttp().getRequest<Request>());
    else await this.admitGrpc(context.getArgByIndex<AuthenticatedCall>(2));
    return true;
  }

  private async admitHttp(request: Request): Promise<void> {
    const route = request.route as { path?: unknown } | undefined;
    const key = `${request.method} ${String(route?.path)}`;
    const rule = Object.hasOwn(HTTP_ACCESS, key) ? HTTP_ACCESS[key] : undefined;
    if (!rule) {
      this.logger.error({ route: key }, 'bug: route without a row in the access table');
      throw notDeclared();
    }
    if (rule.who !== 'public') await this.admitPerson(request, rule);
  }

  private async admitPerson(request: Request, rule: Exclude<HttpRule, { who: 'public' }>): Promise<void> {
    const token = bearerOf(request);
    if (token !== undefined && rule.who === 'roles-or-launcher' && this.isLauncher(token)) return;
    const identity = token === undefined ? undefined : await this.tokens.identify(token);
    if (!identity) {
      throw new HoldshortError('not_authenticated', 'Sign in first.', { advice: 'Run `holdshort login`.' });
    }
    if (rule.who !== 'anyone') refuseWithoutRole(identity, rule.roles);
    rememberCaller(request, identity);
  }

  private isLauncher(token: string): boolean {
    const expected = this.settings.bootstrapToken?.trim() ?? '';
    if (expected === '') return false;
    return timingSafeEqual(Buffer.from(sha256Hex(token)), Buffer.from(sha256Hex(expected)));
  }

  private async admitGrpc(call: AuthenticatedCall): Promise<void> {
    const method = call.getPath().replace(/^\//, '');
    const rule = Object.hasOwn(GRPC_ACCESS, method) ? GRPC_ACCESS[method] : undefined;
    if (!rule) {
      this.logger.error({ method }, 'bug: RPC without a row in the access table');
      throw notDeclared();
    }
    const peer = readPeer(call.getAuthContext().sslPeerCertificate, this.settings.tenant);
    if (!peer) throw new HoldshortError('not_authenticated', 'The certificate names no agent of this installation.');
    await this.admitPeer(peer, rule === 'bootstrap' ? 'join' : 'agent');
    rememberPeer(call, peer);
  }

  private async admitPeer(peer: Peer, wanted: Peer['kind']): Promise<void> {
    if (peer.kind !== wanted) throw new HoldshortError('not_authorized', 'This certificate may not make this call.');
    if (peer.kind === 'agent') await this.agents.requireActive(peer.id);
  }
}

function refuseWithoutRole(identity: Identity, roles: readonly Role[]): void {
  if (hasAnyRole(identity, ...roles)) return;
  throw new HoldshortError('not_authorized', `${identity.login} may not do this.`, {
    advice: 'Ask an administrator for a group that gives the role.',
  });
}
