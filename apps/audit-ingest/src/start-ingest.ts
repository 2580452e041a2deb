import { hostname } from 'node:os';
import { kafkaSecurity } from '@holdshort/audit-publisher';
import { HoldshortError } from '@holdshort/errors';
import { openTracing, type Logger } from '@holdshort/telemetry';
import type { IngestSettings } from './config.js';
import { KafkaSource } from './consume/kafka-source.js';
import { startRelayServer, type RelayServer } from './consume/relay-server.js';
import { startHealthServer } from './health-server.js';
import { IngestMetrics } from './ingest-metrics.js';
import { BatchWriter } from './store/batch-writer.js';
import { EventStore } from './store/event-store.js';
import type { Removal } from './store/retention.js';
import { retryUntilDone } from './store/retry.js';

export interface Ingest {
  /** `host:port` of the relay, or null where none is configured. */
  relay: string | null;
  health: string;
  stop(): Promise<void>;
}

const VERSION = '0.1.0';
const PARTITIONS_EVERY_MS = 3_600_000;
/** Who asked for a replay waits for it at a terminal. */
const REPLAYS_EVERY_MS = 5000;

/**
 * Starts both sources. The database may come later: listeners are up at once, batches wait for it.
 * @throws HoldshortError `request_malformed` where there is no source, or the relay is half configured
 */
export async function startIngest(settings: IngestSettings, logger: Logger): Promise<Ingest> {
  const relayTls = requireSources(settings);
  const stopping = new AbortController();
  const store = new EventStore(settings.databaseUrl, settings.retentionDays);
  const metrics = new IngestMetrics();
  const prepared = new Preparation(store, metrics, logger, stopping.signal);
  const tracing = await openTracing({
    ...{ service: 'holdshort-audit-ingest', version: VERSION, instance: hostname(), logger },
    ...{ otlpEndpoint: settings.otlpEndpoint, traceRatio: settings.traceRatio },
  });
  const writer = new BatchWriter({ store, metrics, tracing, logger, ready: prepared.ready });
  const relay = relayTls ? await startRelay(settings, relayTls, writer) : undefined;
  const kafka =
    settings.brokers && settings.brokers.length > 0
      ? createKafkaSource(settings, settings.brokers, { writer: writer, metrics, logger })
      : undefined;
  metrics.show({ deadLetters: () => store.deadLetters(), isMember: () => kafka?.healthy });
  const health = await startHealthServer({
    port: settings.healthPort,
    metrics,
    problems: () => problemsOf({ store, prepared, kafka, writer }),
  });
  kafka?.start();
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('the ingest is stopping'));
    await Promise.all([kafka?.stop(), relay?.close(), prepared.stop()]);
    await health.close();
    await store.close();
    await tracing.close();
  };
  return { relay: relay?.address ?? null, health: health.url, stop };
}

interface RelayTlsFiles {
  ca: string;
  cert: string;
  key: string;
}

function requireSources(settings: IngestSettings): RelayTlsFiles | undefined {
  const { relayCertFile: cert, relayKeyFile: key, agentCaFile: ca } = settings;
  if (cert !== undefined && key !== undefined && ca !== undefined) return { ca, cert, key };
  const hasKafka = settings.brokers !== undefined && settings.brokers.length > 0;
  if (cert !== undefined || key !== undefined || !hasKafka) {
    throw new HoldshortError('request_malformed', 'The ingest has no complete source of events.', {
      advice:
        'Set HOLDSHORT_KAFKA_BROKERS, or all of HOLDSHORT_RELAY_CERT_FILE, HOLDSHORT_RELAY_KEY_FILE and HOLDSHORT_AGENT_CA_CERT_FILE.',
    });
  }
  return undefined;
}

const startRelay = (settings: IngestSettings, tls: RelayTlsFiles, writer: BatchWriter): Promise<RelayServer> =>
  startRelayServer({ host: settings.relayHost, port: settings.relayPort, tenant: settings.tenant, ...tls, writer });

const createKafkaSource = (
  settings: IngestSettings,
  brokers: readonly string[],
  parts: { writer: BatchWriter; metrics: IngestMetrics; logger: Logger },
): KafkaSource =>
  new KafkaSource({ brokers, group: settings.group, ocsf: settings.ocsf, security: kafkaSecurity(settings), ...parts });

/** Migrations and partitions, once the database is there; nothing is stored before. */
class Preparation {
  private done = false;
  readonly ready: Promise<void>;
  private readonly timer: NodeJS.Timeout;
  private readonly replays: NodeJS.Timeout;

  constructor(store: EventStore, metrics: IngestMetrics, logger: Logger, signal: AbortSignal) {
    const onError = (error: unknown): void => {
      metrics.failed('store');
      logger.warn({ err: error }, 'the audit store is not ready; will try again');
    };
    this.ready = retryUntilDone(() => store.prepare(), { signal, firstMs: 250, lastMs: 5000, onError }).then(() => {
      this.done = true;
      logger.info('the audit store is ready');
    });
    const told = (removals: Removal[]): void => {
      for (const removal of removals) logger.info({ ...removal }, 'a day past retention was removed');
    };
    const tend = async (): Promise<void> => {
      await store.makePartitionsAhead();
      told(await store.retain());
    };
    const onLate = (error: unknown): void => {
      if (!signal.aborted) onError(error);
    };
    // Aborted at stop; whoever waits for it hears of it there.
    this.ready.catch(() => undefined);
    this.timer = setInterval(() => {
      tend().catch(onError);
    }, PARTITIONS_EVERY_MS);
    this.timer.unref();
    this.replays = setInterval(() => {
      if (this.done) store.replay().catch(onError);
    }, REPLAYS_EVERY_MS);
    this.replays.unref();
    // A start is also when a changed retention takes effect.
    void this.ready.then(() => store.retain().then(told)).catch(onLate);
  }

  get isDone(): boolean {
    return this.done;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    clearInterval(this.replays);
    await this.ready.catch(() => undefined);
  }
}

interface HealthParts {
  store: EventStore;
  prepared: Preparation;
  kafka: KafkaSource | undefined;
  writer: BatchWriter;
}

async function problemsOf({ store, prepared, kafka, writer }: HealthParts): Promise<string[]> {
  const answers = await store.ping().then(
    () => true,
    () => false,
  );
  return [
    ...(answers ? [] : ['the database does not answer']),
    ...(prepared.isDone ? [] : ['the schema is not ready']),
    ...(writer.healthy ? [] : ['the last batch could not be stored']),
    ...(kafka && !kafka.healthy ? ['not a member of the consumer group'] : []),
  ];
}
