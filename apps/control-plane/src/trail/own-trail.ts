import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { canonicalJson, ROOT_OWNER, type Checkpoint } from '@holdshort/audit-events';
import type { AuditTrail } from '@holdshort/audit-publisher';
import type { Logger } from '@holdshort/telemetry';
import { AUDIT_TRAIL } from '../audit/control-plane-audit.js';
import { LOGGER } from '../logger.js';
import { HeadsService } from './heads.service.js';
import { AuditKeysService } from './keys/audit-keys.service.js';

/** A key service that does not answer comes back; until then the own chain grows unsigned. */
const RETRY_MS = 30_000;

/** The control plane's own chain is signed and countersigned like those of agents. */
@Injectable()
export class OwnTrail implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(AUDIT_TRAIL) private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly keys: AuditKeysService,
    private readonly heads: HeadsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.begin();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private async begin(): Promise<void> {
    try {
      this.trail.signCheckpoints(await this.keys.own(), (checkpoint) => this.countersign(checkpoint));
    } catch (error) {
      this.logger.error({ err: error }, 'the own audit key cannot be opened; will try again');
      this.timer = setTimeout(() => void this.begin(), RETRY_MS);
      this.timer.unref();
    }
  }

  private async countersign(checkpoint: Checkpoint): Promise<void> {
    try {
      await this.heads.countersign(ROOT_OWNER, canonicalJson(checkpoint));
    } catch (error) {
      this.logger.warn({ err: error }, 'the head of the own chain is not countersigned; the next one covers it');
    }
  }
}
