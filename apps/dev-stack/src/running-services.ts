import { setTimeout as delay } from 'node:timers/promises';

interface Service {
  name: string;
  stop: () => Promise<void>;
  /** The last resort, where stopping takes too long. */
  force?: () => void;
}

/** The stack promises 10 s; what is left over is for the folder and the ready file. */
const STOP_WITHIN_MS = 8_500;

/** What was started, in order; stopped the other way round, so that each can still deliver to what it depends on. */
export class RunningServices {
  private readonly services: Service[] = [];
  private stopping: Promise<void> | undefined;

  add(service: Service): void {
    this.services.push(service);
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  /** Safe to call twice. @throws AggregateError of what could not be stopped */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    const inTime = await Promise.race([
      this.stopInOrder().then((failures) => ({ failures })),
      delay(STOP_WITHIN_MS, undefined, { ref: false }),
    ]);
    if (inTime === undefined) for (const { force } of this.services) force?.();
    else if (inTime.failures.length > 0) throw new AggregateError(inTime.failures, 'not everything could be stopped');
  }

  private async stopInOrder(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const service of [...this.services].reverse()) {
      try {
        await service.stop();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    return failures;
  }
}
