import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { LOGGER } from '../logger.js';
import { actorOf } from '../policies/policy-actor.js';
import { PolicyVersionsService } from '../policies/policy-versions.service.js';
import { newId } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { runWorker, type RunningWorker } from '../worker/run-worker.js';
import type { SimulationReport } from './simulation-report.js';
import type { SimulationTask } from './simulation-worker.js';
import { SimulationEntity } from './simulation.entity.js';

export interface SimulationRequest {
  version: string;
  from: Date;
  to: Date;
}

/** A replica that was killed leaves its simulation running on paper; after this it counts as failed. */
const LIFE_S = 900;

const viewOf = (row: SimulationEntity, now: Date) => {
  const lost = row.state === 'running' && secondsLater(row.startedAt, LIFE_S) < now;
  return {
    id: row.id,
    version: row.version,
    state: lost ? 'failed' : row.state,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    requested_by: row.requestedBy.login,
    started_at: row.startedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    report: row.report,
    error: lost ? 'The control plane that ran it has stopped.' : row.error,
  };
};

/** Tries versions against recorded decisions, one at a time per replica, in a thread of its own. */
@Injectable()
export class SimulationsService implements OnApplicationShutdown {
  private readonly rows: Repository<SimulationEntity>;
  private running: RunningWorker<SimulationReport> | undefined;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly versions: PolicyVersionsService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rows = database.getRepository(SimulationEntity);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.running?.stop();
  }

  /** Begins; how it went is asked for later. @throws HoldshortError `conflict` while another one runs here */
  async start(caller: Identity, { version, from, to }: SimulationRequest, correlationId: string) {
    if (this.running) throw new HoldshortError('conflict', 'A simulation is under way; wait until it is done.');
    const { name, source, checkedAgainst } = await this.versions.get(version);
    await this.audit.record({
      type: 'policy.simulated',
      correlation_id: correlationId,
      human: caller,
      outcome: 'success',
      detail: { policy_version: version, from: from.toISOString(), to: to.toISOString() },
    });
    const id = newId('sim');
    const begun = { state: 'running', startedAt: this.now(), finishedAt: null, report: null, error: null } as const;
    await this.rows.insert({ id, version, fromAt: from, toAt: to, requestedBy: actorOf(caller), ...begun });
    const { databaseUrl } = this.settings;
    this.run(id, { databaseUrl, source: { ...source, name }, checkedAgainst, from, to });
    return this.get(id);
  }

  async get(id: string) {
    const row = await this.rows.findOneBy({ id });
    if (!row) throw new HoldshortError('not_found', 'There is no such simulation.');
    return viewOf(row, this.now());
  }

  private run(id: string, task: SimulationTask): void {
    const worker = runWorker<SimulationReport>(new URL('./simulation-worker.js', import.meta.url), task);
    this.running = worker;
    worker.result
      .then(
        (report) => this.rows.update({ id }, { state: 'done', finishedAt: this.now(), report: { ...report } }),
        (error: unknown) => this.fail(id, error),
      )
      .catch((error: unknown) => {
        this.logger.error({ err: error, simulation_id: id }, 'cannot store the result of a simulation');
      })
      .finally(() => {
        this.running = undefined;
      });
  }

  private fail(id: string, error: unknown) {
    this.logger.error({ err: error, simulation_id: id }, 'simulation failed');
    const said = 'The simulation failed; the log of the control plane says why.';
    return this.rows.update({ id }, { state: 'failed', finishedAt: this.now(), error: said });
  }
}
