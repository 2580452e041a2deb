import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type http from 'node:http';
import { hostname } from 'node:os';
import path from 'node:path';
import {
  createKafkaPublisher,
  kafkaSecurity,
  createRelayPublisher,
  openAuditTrail,
  type AuditTrail,
  type Publisher,
} from '@holdshort/audit-publisher';
import { changedSettings } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';
import { ObjectCache } from '@holdshort/git-wire';
import { createLogger, openTracing, type Logger, type Tracing } from '@holdshort/telemetry';
import { createAdminServer } from './admin/admin-server.js';
import { AgentMetrics } from './admin/metrics.js';
import { resolveAttempts } from './audit/resolve-attempts.js';
import { AGENT_SETTINGS, AGENT_VERSION, loadAgentSettings, type AgentSettings } from './config.js';
import { ControlClient } from './control/control-client.js';
import { Capabilities } from './capability/capabilities.js';
import { DecisionCache } from './control/decision-cache.js';
import { followWatch } from './control/follow-watch.js';
import { joinByEvidence } from './enrolment/join/join-by-evidence.js';
import { keepRenewed, openIdentity, type Identity } from './enrolment/identity.js';
import type { AgentContext } from './exchange/agent-context.js';
import { createEndpointServer } from './listener/endpoint-server.js';
import { createProxyServer } from './listener/proxy-server.js';
import { WorkspaceCa } from './listener/workspace-ca.js';
import { CaptureBudget } from './model/capture-budget.js';
import { ToldResults } from './model/told-results.js';
import { LinuxProcessEvidence } from './session/process-evidence.js';
import { SessionRegistry } from './session/session-registry.js';
import { PushAttestor } from './trail/push-attestor.js';
import { SignedHeads } from './trail/sign-heads.js';
import { Upstreams } from './upstream/upstreams.js';

/** Copies of requests to models that are held until they are read: a few milliseconds each. */
const CAPTURE_BYTES = 16 << 20;
/** Calls under way get that long to end after SIGTERM. */
const DRAIN_MS = 2_000;

function openPublisher(settings: AgentSettings, current: () => Identity, logger: Logger): Publisher {
  const identity = current();
  if (settings.kafkaBrokers?.length)
    return createKafkaPublisher({
      brokers: settings.kafkaBrokers,
      clientId: identity.agentId,
      logger,
      ...kafkaSecurity(settings),
    });
  if (identity.relay === null) {
    throw new HoldshortError('request_malformed', 'There is no way out for audit events.', {
      advice: 'Set HOLDSHORT_KAFKA_BROKERS, or enrol with a join token that names an audit relay.',
    });
  }
  const tls = () => ({ ca: current().trust, cert: current().certificate, key: current().privateKey });
  return createRelayPublisher({ address: identity.relay, tls });
}

const openTrail = (settings: AgentSettings, current: () => Identity, logger: Logger): Promise<AuditTrail> =>
  openAuditTrail({
    dir: path.join(settings.stateDir, 'spool'),
    emitter: { id: current().agentId, host: hostname(), version: AGENT_VERSION },
    tenant: current().tenant,
    publisher: openPublisher(settings, current, logger),
    maxBytes: settings.spoolMaxBytes,
    logger,
  });

const traces = (settings: AgentSettings, { agentId }: Identity, logger: Logger): Promise<Tracing> =>
  openTracing({ service: 'holdshort-agent', version: AGENT_VERSION, instance: agentId, ...settings, logger });

async function freshScratch(stateDir: string): Promise<string> {
  const dir = path.join(stateDir, 'scratch');
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

async function listen(server: http.Server, host: string, port: number, setting: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new HoldshortError('conflict', `Port ${port} cannot be used: ${cause.code ?? 'error'}.`, {
          advice: `Set ${setting} to another one.`,
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

interface Opened {
  agent: AgentContext;
  identity: () => Identity;
  ca: WorkspaceCa;
  renewal: { stop: () => void };
  heads: SignedHeads;
  useEndpointUrl: (url: string) => void;
}

/** Everything that lives longer than a call: identity, spool, line to the control plane. */
async function open(settings: AgentSettings, logger: Logger): Promise<Opened> {
  let identity = await openIdentity(settings.stateDir, settings.joinTokenFile, joinByEvidence(settings, process.env));
  const ca = await WorkspaceCa.open(settings.stateDir, identity.workspace, [
    ...settings.enterpriseServers,
    ...settings.modelHosts,
  ]);
  const trail = await openTrail(settings, () => identity, logger);
  const metrics = new AgentMetrics({ trail, connected: (): boolean => control.connected });
  const tracing = await traces(settings, identity, logger);
  const control: ControlClient = new ControlClient(identity, { logger, metrics, tracing });
  let endpointUrl = '';
  const agent: AgentContext = {
    settings,
    logger,
    control,
    decisions: new DecisionCache(),
    objects: new ObjectCache(),
    sessions: new SessionRegistry({ resolve: (sha256) => control.resolveSession(sha256) }),
    capabilities: new Capabilities(),
    evidence: new LinuxProcessEvidence(),
    captureBudget: new CaptureBudget(CAPTURE_BYTES),
    toldResults: new ToldResults(),
    upstreams: new Upstreams({ map: settings.upstreams, caFile: settings.upstreamCaFile }),
    trail,
    attestor: new PushAttestor({ trail, logger }),
    metrics,
    tracing,
    scratchDir: await freshScratch(settings.stateDir),
    endpointUrl: () => endpointUrl,
  };
  followWatch(agent);
  const owner = { stateDir: settings.stateDir, agentId: identity.agentId, tenant: identity.tenant };
  const heads = new SignedHeads({ owner, trail, control, logger, attestor: agent.attestor });
  await heads.start();
  const renewal = keepRenewed(settings.stateDir, identity, logger, (renewed) => {
    identity = renewed;
    control.useIdentity(renewed);
    void heads.renew();
  });
  const useEndpointUrl = (url: string): void => {
    endpointUrl = url;
  };
  return { agent, identity: () => identity, ca, renewal, heads, useEndpointUrl };
}

async function main(): Promise<void> {
  const settings = loadAgentSettings();
  const logger = createLogger('holdshort-agent', settings.logLevel);
  const { agent, identity, ca, renewal, heads, useEndpointUrl } = await open(settings, logger);
  const { trail, control, metrics } = agent;
  const chain = trail.status().chainId;
  await trail.record({ type: 'agent.started', phase: 'single', correlation_id: chain, detail: { pid: process.pid } });
  await recordChangedSettings(settings, trail);

  const { listenHost, proxyPort, endpointPort, adminPort } = settings;
  const proxy = createProxyServer(agent, ca);
  const endpoint = createEndpointServer(agent);
  const admin = createAdminServer({
    identity: identity(),
    ca: { file: ca.caFile, sha256: ca.fingerprint },
    trail,
    connected: () => control.connected,
    metrics,
  });
  const urls = {
    proxy: await listen(proxy, listenHost, proxyPort, 'HOLDSHORT_AGENT_PROXY_PORT'),
    endpoint: await listen(endpoint, listenHost, endpointPort, 'HOLDSHORT_AGENT_ENDPOINT_PORT'),
    admin: await listen(admin, listenHost, adminPort, 'HOLDSHORT_AGENT_ADMIN_PORT'),
  };
  useEndpointUrl(urls.endpoint);
  const stopping = new AbortController();
  void resolveAttempts(agent, stopping.signal);
  process.stdout.write(`${JSON.stringify({ msg: 'ready', ...urls, ca: ca.caFile })}\n`);

  onStopSignal(logger, async () => {
    stopping.abort();
    renewal.stop();
    for (const server of [proxy, endpoint, admin]) server.close();
    await new Promise((resolve) => setTimeout(resolve, metrics.underWay() > 0 ? DRAIN_MS : 0));
    await agent.attestor.idle();
    await trail.record({ type: 'agent.stopped', phase: 'single', correlation_id: chain });
    // the end of the chain is countersigned while there still is a line
    await trail.close(DRAIN_MS);
    heads.stop();
    control.close();
    await agent.tracing.close();
    await agent.upstreams.close();
  });
}

/** What somebody changed about the agent is on record before it takes a call. */
async function recordChangedSettings(settings: AgentSettings, trail: AuditTrail): Promise<void> {
  const { changed, isFirstStart, remember } = await changedSettings(AGENT_SETTINGS, settings, settings.stateDir);
  if (changed.length > 0)
    await trail.record({
      type: 'config.changed',
      phase: 'single',
      correlation_id: trail.status().chainId,
      outcome: 'success',
      detail: { process: 'agent', changed: changed.join(' '), first_start: isFirstStart },
    });
  await remember();
}

function onStopSignal(logger: Logger, stop: () => Promise<void>): void {
  const onSignal = (): void => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
}

main().catch((error: unknown) => {
  const advice = error instanceof HoldshortError && error.advice ? ` ${error.advice}` : '';
  process.stderr.write(`holdshort-agent: ${error instanceof Error ? error.message : String(error)}${advice}\n`);
  process.exit(1);
});
