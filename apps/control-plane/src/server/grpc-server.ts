import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { issueLeaf } from '@holdshort/tls';
import { HoldshortError } from '@holdshort/errors';
import { ServerGrpc } from '@nestjs/microservices';
import { authorityOf } from '../agents/agent-authority.js';
import { spiffeId } from '../access/peer.js';
import type { ControlPlaneSettings } from '../settings.js';

export const GRPC_PACKAGE = 'holdshort.agent.v1';

const PROTO_FILES = ['approval', 'common', 'decision', 'enrolment', 'prompt', 'session', 'trail', 'watch'].map(
  (name) => `holdshort/agent/v1/${name}.proto`,
);

/** How ts-proto wrote the types: camelCase, int64 as text, enums as numbers, every field present. */
export const PROTO_LOADER = { keepCase: false, longs: String, defaults: true, oneofs: true, arrays: true } as const;

/** A push of 5,000 refs with their paths stays well below this; more is a fault or an attack. */
const MESSAGE_LIMIT = 16 * 1024 * 1024;
/** A certificate lives as long as a process should: restart at least this often, see docs/architecture.md. */
const SERVER_CERTIFICATE_SECONDS = 90 * 86_400;

/** Nest's gRPC transport on a server of ours: mTLS, and the port it got is known. */
export class GrpcServer extends ServerGrpc {
  boundPort = 0;

  constructor(
    private readonly binding: { address: string; credentials: ServerCredentials },
    options: ConstructorParameters<typeof ServerGrpc>[0],
  ) {
    super(options);
  }

  override async createClient(): Promise<Server> {
    const server = new Server({
      'grpc.max_receive_message_length': MESSAGE_LIMIT,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
    });
    this.boundPort = await promisify(server.bindAsync.bind(server))(this.binding.address, this.binding.credentials);
    return server;
  }
}

/** Folder of the proto files: the setting, or `proto` in a folder above the code. */
export function findProtoDir(configured: string | undefined): string {
  if (configured !== undefined) return configured;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const candidate = join(folder, 'proto');
    if (existsSync(join(candidate, PROTO_FILES[0] ?? ''))) return candidate;
    folder = dirname(folder);
  }
  throw new HoldshortError('request_malformed', 'The proto files are not found beside the code.', {
    advice: 'Set HOLDSHORT_PROTO_DIR to their folder.',
  });
}

/** mTLS only: a caller without a certificate of the agent CA does not get past the handshake. */
export async function serverCredentials(settings: ControlPlaneSettings): Promise<ServerCredentials> {
  const leaf = await issueLeaf(authorityOf(settings), {
    commonName: 'control-plane',
    names: [
      ...new Set(['localhost', '127.0.0.1', settings.grpcHost, ...settings.grpcNames]),
      spiffeId(settings.tenant, 'service', 'control-plane'),
    ],
    usage: ['server'],
    seconds: SERVER_CERTIFICATE_SECONDS,
  });
  const chain = [leaf.certificate, ...leaf.chain].join('\n');
  return ServerCredentials.createSsl(
    Buffer.from(settings.agentCaCertificate),
    [{ cert_chain: Buffer.from(chain), private_key: Buffer.from(leaf.privateKey) }],
    true,
  );
}

export async function createGrpcServer(settings: ControlPlaneSettings): Promise<GrpcServer> {
  const folder = findProtoDir(settings.protoDir);
  const address = `${settings.grpcHost}:${String(settings.grpcPort)}`;
  return new GrpcServer(
    { address, credentials: await serverCredentials(settings) },
    {
      package: GRPC_PACKAGE,
      protoPath: PROTO_FILES.map((file) => join(folder, file)),
      loader: { ...PROTO_LOADER, includeDirs: [folder] },
    },
  );
}
