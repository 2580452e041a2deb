import type { AuditTrail } from '@holdshort/audit-publisher';
import type { ObjectCache } from '@holdshort/git-wire';
import type { Logger, Tracing } from '@holdshort/telemetry';
import type { AgentSettings } from '../config.js';
import type { Capabilities } from '../capability/capabilities.js';
import type { ControlClient } from '../control/control-client.js';
import type { CaptureBudget } from '../model/capture-budget.js';
import type { ToldResults } from '../model/told-results.js';
import type { DecisionCache } from '../control/decision-cache.js';
import type { AgentMetrics } from '../admin/metrics.js';
import type { SessionRegistry } from '../session/session-registry.js';
import type { ProcessEvidence } from '../session/process-evidence.js';
import type { PushAttestor } from '../trail/push-attestor.js';
import type { Upstreams } from '../upstream/upstreams.js';

/** Everything that lives longer than one call; made once in main.ts. */
export interface AgentContext {
  readonly settings: AgentSettings;
  readonly logger: Logger;
  readonly control: ControlClient;
  readonly decisions: DecisionCache;
  /** Commits and folders of repositories, with which pushes are compared. */
  readonly objects: ObjectCache;
  readonly sessions: SessionRegistry;
  readonly capabilities: Capabilities;
  readonly evidence: ProcessEvidence;
  readonly captureBudget: CaptureBudget;
  readonly toldResults: ToldResults;
  readonly upstreams: Upstreams;
  readonly trail: AuditTrail;
  readonly attestor: PushAttestor;
  readonly metrics: AgentMetrics;
  readonly tracing: Tracing;
  /** Where packs wait for their verdict. */
  readonly scratchDir: string;
  readonly endpointUrl: () => string;
}
