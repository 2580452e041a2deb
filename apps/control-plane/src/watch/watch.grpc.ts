import { Controller, Inject, type OnApplicationShutdown } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { Metadata } from '@grpc/grpc-js';
import type { agentV1 } from '@holdshort/contracts';
import type { Logger } from '@holdshort/telemetry';
import {
  concatMap,
  defer,
  EMPTY,
  from,
  interval,
  merge,
  mergeMap,
  of,
  Subject,
  takeUntil,
  tap,
  type Observable,
} from 'rxjs';
import { peerOf } from '../access/peer.js';
import { AgentsService } from '../agents/agents.service.js';
import { CLOCK, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { PoliciesService } from '../policies/policies.service.js';
import { KillSwitches } from '../sessions/kill-switches.service.js';
import type { Signal } from '../signals/signal.js';
import { SignalsService } from '../signals/signals.service.js';

/** The agent stops reusing decisions 30 s after the last message: three beats. */
const HEARTBEAT_MS = 10_000;

/** What reaches agents at once: policy activations, ended sessions, revoked leases, the stop of everything. */
@Controller()
export class WatchGrpc implements OnApplicationShutdown {
  private readonly stop = new Subject<void>();

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly agents: AgentsService,
    private readonly kills: KillSwitches,
    private readonly policies: PoliciesService,
    private readonly signals: SignalsService,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): void {
    this.stop.next();
  }

  @GrpcMethod('WatchService', 'Watch')
  watch(request: agentV1.WatchRequest, _metadata: Metadata, call: object): Observable<agentV1.WatchResponse> {
    const agentId = peerOf(call).id;
    const about = { host: request.host.slice(0, 200), version: request.agentVersion.slice(0, 200) };
    const beats = interval(HEARTBEAT_MS).pipe(concatMap(() => from(this.beat(agentId))));
    const changes = this.signals.all.pipe(mergeMap((signal) => this.messagesOf(signal)));
    const first = merge(
      of(this.ready()),
      defer(() => from(this.killSwitch())),
    );
    return defer(() => merge(first, changes, beats)).pipe(
      tap({
        subscribe: () => {
          this.note(agentId, about);
        },
      }),
      this.agents.untilRevoked(agentId),
      takeUntil(this.stop),
    );
  }

  private ready(): agentV1.WatchResponse {
    return { ready: { policyVersion: this.version() } };
  }

  private version(): string {
    try {
      return this.policies.current().version;
    } catch {
      return ''; // none in force; every decision says so
    }
  }

  private async beat(agentId: string): Promise<agentV1.WatchResponse> {
    await this.agents.requireActive(agentId);
    this.note(agentId, {});
    return { heartbeat: { time: this.now().toISOString() } };
  }

  private note(agentId: string, about: { host?: string; version?: string }): void {
    this.agents.seen(agentId, about).catch((error: unknown) => {
      this.logger.warn({ err: error, agent_id: agentId }, 'cannot note that the agent was seen');
    });
  }

  private async killSwitch(): Promise<agentV1.WatchResponse> {
    const stop = await this.kills.ofEverything();
    return { killSwitch: { engaged: stop !== undefined, reason: stop?.reason ?? '' } };
  }

  /** What concerns agents. After a gap in the line policy and stop are told again; sessions are asked for by the agent. */
  private messagesOf(signal: Signal): Observable<agentV1.WatchResponse> {
    switch (signal.kind) {
      case 'session_ended':
        return of({ sessionRevoked: { sessionId: signal.sessionId, reason: signal.reason } });
      case 'session_changed':
        // the agent forgets what it knows of the session and asks again
        return of({ sessionRevoked: { sessionId: signal.sessionId, reason: 'groups_changed' } });
      case 'policy_activated':
        return of({ policyActivated: { policyVersion: signal.version } });
      case 'lease_revoked':
        return of({ leaseRevoked: { leaseId: signal.leaseId } });
      case 'kill_changed':
        return from(this.killSwitch());
      case 'resync':
        return merge(of({ policyActivated: { policyVersion: this.version() } }), from(this.killSwitch()));
      case 'agent_revoked':
      case 'approval_changed':
      case 'github_unlinked':
        return EMPTY;
    }
  }
}
