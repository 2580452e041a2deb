import { hostname } from 'node:os';
import {
  createKafkaPublisher,
  createRelayPublisher,
  kafkaSecurity,
  openAuditTrail,
  type AuditTrail,
  type Publisher,
} from '@holdshort/audit-publisher';
import { HoldshortError } from '@holdshort/errors';
import { openTracing, type Logger, type Tracing } from '@holdshort/telemetry';
import { issueLeaf } from '@holdshort/tls';
import { spiffeId } from '../access/peer.js';
import { authorityOf } from '../agents/agent-authority.js';
import type { Parts } from '../core.module.js';
import { openDatabase } from '../database/open-database.js';
import type { ControlPlaneSettings } from '../settings.js';

export const VERSION = '0.1.0';

/** Long enough for a process between two restarts; the relay sees it only as a client. */
const RELAY_CERTIFICATE_SECONDS = 90 * 86_400;

async function createPublisher(settings: ControlPlaneSettings): Promise<Publisher> {
  const brokers = settings.kafkaBrokers ?? [];
  if (brokers.length > 0)
    return createKafkaPublisher({ brokers, clientId: 'holdshort-control-plane', ...kafkaSecurity(settings) });
  if (settings.relayAddress === undefined)
    throw new HoldshortError('request_malformed', 'Set HOLDSHORT_KAFKA_BROKERS or HOLDSHORT_RELAY_ADDRESS.');
  const leaf = await issueLeaf(authorityOf(settings), {
    commonName: 'control-plane',
    names: [spiffeId(settings.tenant, 'service', 'control-plane')],
    usage: ['client'],
    seconds: RELAY_CERTIFICATE_SECONDS,
  });
  const cert = [leaf.certificate, ...leaf.chain].join('\n');
  return createRelayPublisher({
    address: settings.relayAddress,
    tls: { ca: settings.agentCaCertificate, cert, key: leaf.privateKey },
  });
}

async function openTrail(settings: ControlPlaneSettings, logger: Logger): Promise<AuditTrail> {
  return openAuditTrail({
    dir: settings.spoolDir,
    emitter: { id: 'control-plane', host: hostname(), version: VERSION },
    tenant: settings.tenant,
    publisher: await createPublisher(settings),
    logger,
  });
}

const traces = (settings: ControlPlaneSettings, logger: Logger): Promise<Tracing> =>
  openTracing({ service: 'holdshort-control-plane', version: VERSION, instance: hostname(), ...settings, logger });

/** Opens what a control plane is made of: the spool first, so that nothing happens that cannot be recorded. */
export async function openParts(settings: ControlPlaneSettings, logger: Logger): Promise<Parts> {
  const trail = await openTrail(settings, logger);
  try {
    const database = await openDatabase(settings.databaseUrl);
    return { settings, database, trail, logger, tracing: await traces(settings, logger), clock: () => new Date() };
  } catch (error) {
    await trail.close(0);
    throw error;
  }
}

/** Of the 5 s that a stop may take. */
const DELIVERY_MS = 2_000;

export async function closeParts(parts: Pick<Parts, 'database' | 'trail' | 'tracing'>): Promise<void> {
  await parts.tracing.close();
  await parts.trail.close(DELIVERY_MS);
  await parts.database.destroy();
}
