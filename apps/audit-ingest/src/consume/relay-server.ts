import { setDefaultHighWaterMark } from 'node:stream';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { auditV1 } from '@holdshort/contracts';
import { toGrpcError } from '@holdshort/grpc';
import type { BatchWriter } from '../store/batch-writer.js';
import type { Incoming } from '../store/incoming.js';
import { relayPeerOf, type RelayPeer } from './relay-peer.js';

export interface RelayServerOptions {
  host: string;
  port: number;
  tenant: string;
  /** PEM. */
  ca: string;
  cert: string;
  key: string;
  writer: BatchWriter;
}

export interface RelayServer {
  /** `host:port` */
  address: string;
  close(): Promise<void>;
}

type Stream = ServerDuplexStream<auditV1.RelayRequest, auditV1.RelayResponse>;

/** What a sender may send at most: twice its batch limit and some. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const CLOSE_MS = 2000;
/** Of a stream, beside the one that is being stored. Node's own 16 would be 128 MB for a sender that does not wait. */
const MESSAGES_AHEAD = 1;

/** Takes batches over mTLS, one after the other per stream, and acknowledges each after its commit. */
export async function startRelayServer(options: RelayServerOptions): Promise<RelayServer> {
  const closing = new AbortController();
  // grpc-js takes the process's default, and has no option for it; there are no other streams of objects here.
  setDefaultHighWaterMark(true, MESSAGES_AHEAD);
  const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES, 'grpc.keepalive_time_ms': 30_000 });
  server.addService(auditV1.AuditRelayServiceService, {
    relay: (stream: Stream) => {
      serveStream(stream, options, closing.signal);
    },
  });
  const port = await listen(server, options);
  return { address: `${options.host}:${port}`, close: () => closeServer(server, closing) };
}

function listen(server: Server, options: RelayServerOptions): Promise<number> {
  const pair = { cert_chain: Buffer.from(options.cert), private_key: Buffer.from(options.key) };
  const credentials = ServerCredentials.createSsl(Buffer.from(options.ca), [pair], true);
  return new Promise((resolve, reject) => {
    server.bindAsync(`${options.host}:${options.port}`, credentials, (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function closeServer(server: Server, closing: AbortController): Promise<void> {
  closing.abort(new Error('the relay is closing'));
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.forceShutdown();
    }, CLOSE_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}

function serveStream(stream: Stream, options: RelayServerOptions, closing: AbortSignal): void {
  const gone = new AbortController();
  const end = (error?: unknown): void => {
    if (gone.signal.aborted) return;
    gone.abort(new Error('the stream has ended'));
    if (error === undefined) stream.end();
    // Emitted, not destroyed with: only so does grpc-js send the status to the caller.
    else stream.emit('error', toGrpcError(error));
  };
  stream.on('cancelled', () => {
    gone.abort(new Error('the sender went away'));
  });
  stream.on('error', () => {
    gone.abort(new Error('the sender went away'));
  });
  closing.addEventListener(
    'abort',
    () => {
      end();
    },
    { signal: gone.signal },
  );
  try {
    const peer = relayPeerOf(stream.getAuthContext().sslPeerCertificate, options.tenant);
    void receive(stream, peer, options.writer, AbortSignal.any([closing, gone.signal])).then(() => {
      end();
    }, end);
  } catch (error) {
    end(error);
  }
}

/** The stream is read only as fast as batches are stored: that is the back-pressure. */
async function receive(stream: Stream, peer: RelayPeer, writer: BatchWriter, signal: AbortSignal): Promise<void> {
  for await (const request of stream as AsyncIterable<auditV1.RelayRequest>) {
    const batch = request.records.map(({ value, checkpoint }): Incoming => ({
      ...{ value, source: 'relay', sender: peer, isCheckpoint: checkpoint },
    }));
    await writer.write(batch, signal);
    stream.write({ batch: request.batch });
  }
}
