import { Inject, Injectable } from '@nestjs/common';
import { AgentsService } from '../agents/agents.service.js';
import { TrailCounts } from '../audit-search/trail-counts.service.js';
import { hasAnyRole, type Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';

const DAY_SECONDS = 86_400;
/** Each call reads all events of its time: so many are counted in seconds, no more. */
const LONGEST_SECONDS = 7 * DAY_SECONDS;
/** An agent that watches says so more often than this; see watch.grpc.ts. */
const SILENT_SECONDS = 300;

type AgentView = Awaited<ReturnType<AgentsService['list']>>[number];

/** What happened lately, in numbers. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly counts: TrailCounts,
    private readonly agents: AgentsService,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Engineers see the numbers of their own work, and none of agents. */
  async show(caller: Identity, wanted: Date | undefined) {
    const now = this.now();
    const earliest = secondsLater(now, -LONGEST_SECONDS);
    const asked = wanted ?? secondsLater(now, -DAY_SECONDS);
    const since = asked < earliest ? earliest : asked;
    const hours = await this.counts.byHour(caller, since);
    const seesAgents = hasAnyRole(caller, 'admin', 'approver', 'auditor');
    return {
      since: since.toISOString(),
      until: now.toISOString(),
      hours: hours.map((hour) => ({ ...hour, at: hour.at.toISOString() })),
      agents: seesAgents ? agentNumbers(await this.agents.list(), secondsLater(now, -SILENT_SECONDS)) : null,
    };
  }
}

function agentNumbers(all: readonly AgentView[], silentBefore: Date) {
  const live = all.filter(({ revoked_at: revoked }) => revoked === null);
  const isSilent = ({ last_seen: seen }: AgentView): boolean => seen === null || new Date(seen) < silentBefore;
  const versions = Map.groupBy(live, ({ version }) => version);
  return {
    total: live.length,
    silent: live.filter(isSilent).length,
    versions: [...versions].map(([version, agents]) => ({ version, agents: agents.length })),
  };
}
