import { randomUUID } from 'node:crypto';
import { credentials, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { createCertificateRequest, derToPem } from '@holdshort/tls';
import type { DeepPartial } from './deep-partial.js';
import { launcher } from './people.js';
import type { Replica } from './test-world.js';

export interface Token {
  id: string;
  grpc: string;
  relay: string | null;
  tenant: string;
  ca: string;
  cert: string;
  key: string;
}

export interface Keys {
  cert: string;
  key: string;
}

export async function joinToken(replica: Replica, workspace = 'laptop'): Promise<Token> {
  const { body, status } = await launcher(replica).post('/agents/join-tokens', { workspace });
  if (status !== 201) throw new Error(`join token: ${JSON.stringify(body)}`);
  return JSON.parse(Buffer.from(String(body['token']).slice('hsj1_'.length), 'base64url').toString()) as Token;
}

const channelOf = (ca: string, { cert, key }: Keys) =>
  credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));

/** Calls Enrol with the given keys, as an agent does with its join token. */
export async function enrol(
  address: string,
  ca: string,
  keys: Keys,
): Promise<{ agentId: string; keys: Keys; response: agentV1.EnrolResponse }> {
  const { privateKey, request } = await createCertificateRequest('ignored');
  const client = new agentV1.EnrolmentServiceClient(address, channelOf(ca, keys));
  try {
    const response = await unary<agentV1.EnrolResponse>((done) =>
      client.enrol({ certificateRequest: request, host: 'test-host', agentVersion: '0.1.0' }, done),
    );
    const cert = response.certificateChain.map((der) => derToPem(der)).join('\n');
    return { agentId: response.agentId, keys: { cert, key: privateKey }, response };
  } finally {
    client.close();
  }
}

const unary = <T>(call: (done: (error: ServiceError | null, value: T) => void) => unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
  });

/** An enrolled agent: one connection, as a real one has. */
export class TestAgent {
  private readonly clients;
  private readonly stream;
  private readonly waiting = new Map<string, (response: agentV1.DecideResponse) => void>();
  private asked = 0;

  private constructor(
    readonly id: string,
    readonly keys: Keys,
    address: string,
    ca: string,
  ) {
    const channel = channelOf(ca, keys);
    this.clients = {
      decisions: new agentV1.DecisionServiceClient(address, channel),
      sessions: new agentV1.SessionServiceClient(address, channel),
      approvals: new agentV1.ApprovalServiceClient(address, channel),
      watch: new agentV1.WatchServiceClient(address, channel),
      prompts: new agentV1.PromptServiceClient(address, channel),
      trail: new agentV1.TrailServiceClient(address, channel),
      enrolment: new agentV1.EnrolmentServiceClient(address, channel),
    };
    this.stream = this.clients.decisions.decide();
    this.stream.on('data', (response: agentV1.DecideResponse) => this.waiting.get(response.requestId)?.(response));
    this.stream.on('error', () => undefined);
  }

  static async enrolled(replica: Replica): Promise<TestAgent> {
    const token = await joinToken(replica);
    const { agentId, keys } = await enrol(token.grpc, token.ca, token);
    return new TestAgent(agentId, keys, replica.server.grpc, token.ca);
  }

  /** Whoever has these keys. */
  static withKeys(id: string, keys: Keys, replica: Replica): TestAgent {
    return new TestAgent(id, keys, replica.server.grpc, replica.parts.settings.agentCaCertificate);
  }

  /** The same agent at another replica. */
  at(replica: Replica): TestAgent {
    return TestAgent.withKeys(this.id, this.keys, replica);
  }

  decide(
    request: DeepPartial<agentV1.DecideRequest>,
    requestId = `${randomUUID()}-${String(++this.asked)}`,
  ): Promise<agentV1.DecideResponse> {
    const answer = new Promise<agentV1.DecideResponse>((resolve) => this.waiting.set(requestId, resolve));
    this.stream.write({ ...agentV1.DecideRequest.fromPartial(request), requestId });
    return answer;
  }

  resolve(credentialSha256: string): Promise<agentV1.ResolveSessionResponse> {
    return unary((done) => this.clients.sessions.resolveSession({ credentialSha256 }, done));
  }

  renew(certificateRequest: Buffer): Promise<agentV1.RenewCertificateResponse> {
    return unary((done) => this.clients.enrolment.renewCertificate({ certificateRequest }, done));
  }

  enrolAgain(certificateRequest: Buffer): Promise<agentV1.EnrolResponse> {
    return unary((done) => this.clients.enrolment.enrol({ certificateRequest, host: '', agentVersion: '' }, done));
  }

  storePrompt(request: agentV1.StorePromptRequest): Promise<agentV1.StorePromptResponse> {
    return unary((done) => this.clients.prompts.storePrompt(request, done));
  }

  showHeld(request: agentV1.ShowHeldRequest): Promise<agentV1.ShowHeldResponse> {
    return unary((done) => this.clients.approvals.showHeld(request, done));
  }

  certifyKey(publicKey: string, proof: string): Promise<agentV1.CertifyKeyResponse> {
    return unary((done) => this.clients.trail.certifyKey({ publicKey, proof }, done));
  }

  countersign(checkpoint: string): Promise<agentV1.CountersignHeadResponse> {
    return unary((done) => this.clients.trail.countersignHead({ checkpoint }, done));
  }

  awaitApproval(approvalId: string): Messages<agentV1.AwaitApprovalResponse> {
    return new Messages(this.clients.approvals.awaitApproval({ approvalId }));
  }

  watch(): Messages<agentV1.WatchResponse> {
    return new Messages(this.clients.watch.watch({ agentVersion: '0.1.0', host: 'test-host' }));
  }

  close(): void {
    this.stream.end();
    for (const client of Object.values(this.clients)) client.close();
  }
}

/** A server stream, collected. */
export class Messages<T> {
  readonly all: T[] = [];
  readonly end: Promise<Error | undefined>;

  constructor(private readonly stream: ClientReadableStream<T>) {
    stream.on('data', (message: T) => this.all.push(message));
    this.end = new Promise((resolve) => {
      stream.on('error', resolve);
      stream.on('end', () => {
        resolve(undefined);
      });
    });
  }

  cancel(): void {
    this.stream.cancel();
  }
}
