import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@holdshort/telemetry';
import { every } from '../every.js';
import { LOGGER } from '../logger.js';
import { CollectEvidence } from './collect-evidence.js';
import { EvidencePolicies } from './evidence-policies.js';
import { EvidenceQueue } from './evidence-queue.service.js';
import { WriteEvidence } from './write-evidence.js';

const LOOK_MS = 1_000;
const PRUNE_MS = 3_600_000;
/** GitHub asks for writes one after another (best practices for the REST API), so few at once. */
const AT_ONCE = 4;

/** Reads the trail and writes what it asks for, while settings want any evidence; every replica does. */
@Injectable()
export class RunEvidence implements OnApplicationBootstrap, OnApplicationShutdown {
  private timers: NodeJS.Timeout[] = [];
  private working: Promise<void> | undefined;
  private stopped = false;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly policies: EvidencePolicies,
    private readonly collecting: CollectEvidence,
    private readonly queue: EvidenceQueue,
    private readonly writing: WriteEvidence,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.policies.isOn) return;
    const failed = (error: unknown): void => this.logger.error({ err: error }, 'cannot see to evidence');
    this.timers = [
      every(LOOK_MS, () => (this.working ??= this.work().finally(() => (this.working = undefined))), failed),
      every(PRUNE_MS, () => this.queue.prune(), failed),
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await this.working?.catch(() => undefined); // it was logged
  }

  /** What is noted already does not wait for the trail, which may be out of reach. */
  private async work(): Promise<void> {
    await this.writeDue();
    while (!this.stopped && (await this.collecting.collect()));
    await this.writeDue();
  }

  private async writeDue(): Promise<void> {
    while (!this.stopped) {
      const due = await this.queue.claim(AT_ONCE);
      if (due.length === 0) return;
      await Promise.all(due.map((job) => this.writing.deliver(job)));
    }
  }
}
