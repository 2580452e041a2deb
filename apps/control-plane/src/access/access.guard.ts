import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import type { Request } from 'express';
import { AgentsService } from '../agents/agents.service.js';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { AuthenticationService, type Credential } from '../auth/authentication.service.js';
import { requireSameSite } from '../auth/browser/require-same-site.js';
import { hasAnyRole, type Identity, type Role } from '../auth/identity.js';
import { WorkloadTokens } from '../auth/workloads/workload-tokens.service.js';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';
import { LOGGER } from '../logger.js';
import { correlationOf } from '../problem/correlation.js';
import { newId, sha256Hex } from '../random-id.js';
import { PublicUrl } from '../server/public-url.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { scopeOf } from './api-scopes.js';
import { GRPC_ACCESS, HTTP_ACCESS, type HttpRule } from './access-table.js';
import { bearerOf, rememberCaller } from './http-caller.js';
import { RateLimits } from './rate-limits.js';
import { readPeer, rememberPeer, type AuthenticatedCall, type Peer } from './peer.js';

const notDeclared = (): HoldshortError =>
  new HoldshortError('not_authorized', 'This call is not declared in the access table.');

/** Stands before every handler, HTTP and gRPC alike; without a row in the access table nothing passes. */
@Injectable()
export class AccessGuard implements CanActivate {
  /** By credential. */
  private readonly callers: RateLimits;
  /** By address: whoever is not signed in, or tries to be. */
  private readonly strangers: RateLimits;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly authentication: AuthenticationService,
    private readonly workloads: WorkloadTokens,
    private readonly agents: AgentsService,
    private readonly url: PublicUrl,
    private readonly audit: ControlPlaneAudit,
    @Inject(METRICS) private readonly metrics: ControlPlaneMetrics,
  ) {
    const now = (): number => performance.now();
    this.callers = new RateLimits(settings.callsPerMinute, now);
    this.strangers = new RateLimits(settings.signInsPerMinute, now);
  }

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
    if (rule.who !== 'public') await this.admitPerson(request, key, rule);
    else if (isLimited(key)) this.strangers.take(addressOf(request));
  }

  private async admitPerson(request: Request, key: string, rule: PersonRule): Promise<void> {
    const token = bearerOf(request);
    if (token !== undefined && rule.who === 'roles-or-launcher' && this.isLauncher(token)) return;
    const credential = await this.authentication.identify(request);
    if (!credential) {
      this.strangers.take(addressOf(request));
      throw new HoldshortError('not_authenticated', 'Sign in first.', { advice: 'Run `holdshort login`.' });
    }
    this.callers.take(credential.key);
    if (credential.kind === 'web' && !isSafe(request)) requireSameSite(request, credential.sessionId, this.url.value);
    await this.recordRefusal({ route: key, human: credential.identity, correlationId: correlationOf(request) }, () => {
      refuseByKind(credential, key, rule);
      if (rule.who !== 'anyone') refuseWithoutRole(credential.identity, rule.roles);
    });
    if (credential.kind === 'workload' && rule.workload === 'once')
      await this.workloads.requireFirstUse(credential.use);
    rememberCaller(request, credential.identity);
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
    try {
      rememberPeer(call, await this.admittedPeer(call, method, rule === 'bootstrap' ? 'join' : 'agent'));
      this.metrics.add('holdshort_control_plane_grpc_calls_total', { rpc: method, admitted: 'yes' });
    } catch (thrown) {
      this.metrics.add('holdshort_control_plane_grpc_calls_total', { rpc: method, admitted: 'no' });
      throw thrown;
    }
  }

  private async admittedPeer(call: AuthenticatedCall, method: string, wanted: Peer['kind']): Promise<Peer> {
    const peer = readPeer(call.getAuthContext().sslPeerCertificate, this.settings.tenant);
    if (!peer) throw new HoldshortError('not_authenticated', 'The certificate names no agent of this installation.');
    await this.recordRefusal({ route: method, agentId: peer.id, correlationId: newId('cor') }, () =>
      this.admitPeer(peer, wanted),
    );
    return peer;
  }

  /** What somebody known may not do is on record: strangers are only counted, or they could fill the disk. */
  private async recordRefusal({ route, human, agentId, correlationId }: Asked, admit: () => unknown): Promise<void> {
    try {
      await admit();
    } catch (thrown) {
      const { code, message } = toHoldshortError(thrown);
      await this.audit.record({
        type: 'access.refused',
        correlation_id: correlationId,
        ...(human ? { human } : {}),
        outcome: 'refused',
        error: { code, message },
        detail: { route, ...(agentId === undefined ? {} : { agent_id: agentId }) },
      });
      throw thrown;
    }
  }

  private async admitPeer(peer: Peer, wanted: Peer['kind']): Promise<void> {
    if (peer.kind !== wanted) throw new HoldshortError('not_authorized', 'This certificate may not make this call.');
    if (peer.kind === 'agent') await this.agents.requireActive(peer.id);
  }
}

interface Asked {
  route: string;
  human?: Identity;
  agentId?: string;
  correlationId: string;
}

type PersonRule = Exclude<HttpRule, { who: 'public' }>;

const isSafe = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';

/** Sign-ins cost work here and at the identity provider; probes and documents do not. */
const isLimited = (key: string): boolean => / \/(?:api\/v1\/auth\/|account$|github\/)/.test(key);

const addressOf = ({ ip = 'unknown' }: Request): string => `address ${ip}`;

/** What a credential of this kind opens at all, whatever the roles of its owner. */
function refuseByKind(credential: Credential, key: string, rule: PersonRule): void {
  if (credential.kind === 'workload' && rule.workload === undefined)
    throw new HoldshortError('not_authorized', 'A workload may open, see and end its sessions, nothing else.');
  if (credential.kind === 'api' && !isInScope(credential.scopes, key))
    throw new HoldshortError('not_authorized', 'The API token may not do this.', {
      advice: `It would need the scope ${scopeOf(key) ?? 'of a sign-in: run \`holdshort login\`'}.`,
    });
}

function isInScope(scopes: readonly string[], key: string): boolean {
  const scope = scopeOf(key);
  return scope === undefined ? key === 'GET /api/v1/auth/me' : scopes.includes(scope);
}

function refuseWithoutRole(identity: Identity, roles: readonly Role[]): void {
  if (hasAnyRole(identity, ...roles)) return;
  throw new HoldshortError('not_authorized', `${identity.login} may not do this.`, {
    advice: 'Ask an administrator for a group that gives the role.',
  });
}
