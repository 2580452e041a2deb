import { ChannelCredentials, type ClientDuplexStream, type ClientOptions } from '@grpc/grpc-js';
import { auditV1 } from '@holdshort/contracts';
import { serverNameOptions } from '@holdshort/grpc';
import { isCheckpoint, type OutgoingRecord, type Publisher } from '../audit-trail.js';
import { withinTime } from './within-time.js';

export interface RelayTls {
  /** PEM: the agent CA, own certificate, own key. */
  ca: string;
  cert: string;
  key: string;
}

export interface RelayPublisherOptions {
  /** `host:port` of the ingest's relay. */
  address: string;
  /** A function is asked at each connection, so that a renewed certificate is used. */
  tls: RelayTls | (() => RelayTls);
  /** After this a batch that has no acknowledgement counts as failed, and the connection is given up. */
  watchdogMs?: number;
}

/** The relay acknowledges after the database's commit; it holds the stream while the database is away. */
const WATCHDOG_MS = 15_000;

type Stream = ClientDuplexStream<auditV1.RelayRequest, auditV1.RelayResponse>;

interface Connection {
  client: auditV1.AuditRelayServiceClient;
  stream: Stream;
  nextBatch: number;
}

/** Publishes through audit-ingest, for workspaces that cannot reach Kafka. One batch outstanding on one stream. */
export function createRelayPublisher(options: RelayPublisherOptions): Publisher {
  return new RelayPublisher(options);
}

class RelayPublisher implements Publisher {
  readonly kind = 'relay';
  private connection: Connection | undefined;
  private connected = false;
  private readonly closing = new AbortController();

  constructor(private readonly options: RelayPublisherOptions) {}

  async publish(batch: readonly OutgoingRecord[]): Promise<void> {
    this.closing.signal.throwIfAborted();
    const connection = (this.connection ??= this.connect());
    try {
      await withinTime(sendBatch(connection, batch), this.options.watchdogMs ?? WATCHDOG_MS, this.closing.signal);
      this.connected = true;
    } catch (error) {
      this.giveUp();
      throw error;
    }
  }

  isConnected(): boolean {
    return this.connected;
  }

  close(): Promise<void> {
    this.closing.abort(new Error('the publisher is closing'));
    this.giveUp();
    return Promise.resolve();
  }

  private connect(): Connection {
    const { address, tls } = this.options;
    const { ca, cert, key } = typeof tls === 'function' ? tls() : tls;
    const credentials = ChannelCredentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));
    const client = new auditV1.AuditRelayServiceClient(address, credentials, channelOptions(address));
    const stream = client.relay();
    // A connection that ends between two batches must not be found out by the next one's watchdog.
    const onEnd = (): void => {
      if (this.connection?.stream === stream) this.giveUp();
    };
    stream.on('error', onEnd);
    stream.on('end', onEnd);
    return { client, stream, nextBatch: 1 };
  }

  private giveUp(): void {
    const connection = this.connection;
    this.connection = undefined;
    this.connected = false;
    connection?.stream.cancel();
    connection?.client.close();
  }
}

function sendBatch(connection: Connection, batch: readonly OutgoingRecord[]): Promise<void> {
  const { stream } = connection;
  const number = String(connection.nextBatch);
  connection.nextBatch += 1;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stream.off('data', onData);
      stream.off('error', onError);
      stream.off('end', onEnd);
      settle();
    };
    const onData = (answer: auditV1.RelayResponse): void => {
      if (answer.batch === number) finish(resolve);
    };
    const onError = (error: Error): void => {
      finish(() => {
        reject(error);
      });
    };
    const onEnd = (): void => {
      onError(new Error('the relay ended the stream'));
    };
    stream.on('data', onData);
    stream.on('error', onError);
    stream.on('end', onEnd);
    stream.write({ batch: number, records: batch.map(toMessage) });
  });
}

const toMessage = (record: OutgoingRecord): auditV1.RelayRecord => ({
  key: record.key,
  value: record.value,
  checkpoint: isCheckpoint(record),
});

function channelOptions(address: string): ClientOptions {
  return {
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 5000,
    'grpc.max_send_message_length': 8 * 1024 * 1024,
    'grpc.initial_reconnect_backoff_ms': 250,
    'grpc.max_reconnect_backoff_ms': 5000,
    ...serverNameOptions(address),
  };
}
