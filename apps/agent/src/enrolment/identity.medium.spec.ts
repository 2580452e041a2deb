import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { toGrpcError } from '@holdshort/grpc';
import { createLogger } from '@holdshort/telemetry';
import { createAuthority, issueLeaf, pemToDer, signCertificateRequest, type Credential } from '@holdshort/tls';
import { keepRenewed, openIdentity, renewIdentity, untilRenewal, type Identity } from './identity.js';

/** A control plane that can enrol, speaking the real protocol over mTLS; its certificates live `seconds`. */
class EnrolmentServer {
  readonly #server = new Server();
  address = '';
  used = false;

  constructor(
    readonly authority: Credential,
    readonly seconds: number,
  ) {}

  async start(): Promise<void> {
    const leaf = await issueLeaf(this.authority, {
      commonName: 'control-plane',
      names: ['localhost'],
      usage: ['server'],
      seconds: 600,
    });
    const sign = async (request: Uint8Array) => {
      const options = {
        commonName: 'agt_1',
        names: ['spiffe://holdshort/t/agent/agt_1'],
        usage: ['client'] as const,
        seconds: this.seconds,
      };
      return [pemToDer(await signCertificateRequest(this.authority, request, options))];
    };
    const trustBundle = [pemToDer(this.authority.certificate)];
    this.#server.addService(agentV1.EnrolmentServiceService, {
      enrol: (call: { request: agentV1.EnrolRequest }, callback: sendUnaryData<agentV1.EnrolResponse>) => {
        if (this.used) {
          callback(toGrpcError(new HoldshortError('not_authenticated', 'The join token has been used.')));
          return;
        }
        this.used = true;
        void sign(call.request.certificateRequest).then((certificateChain) =>
          callback(null, { agentId: 'agt_1', workspace: 'ws', tenant: 't', certificateChain, trustBundle }),
        );
      },
      renewCertificate: (
        call: { request: agentV1.RenewCertificateRequest },
        callback: sendUnaryData<agentV1.RenewCertificateResponse>,
      ) => {
        void sign(call.request.certificateRequest).then((certificateChain) =>
          callback(null, { certificateChain, trustBundle }),
        );
      },
    });
    const credentials = ServerCredentials.createSsl(
      Buffer.from(this.authority.certificate),
      [{ private_key: Buffer.from(leaf.privateKey), cert_chain: Buffer.from(leaf.certificate) }],
      true,
    );
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
    });
    this.address = `127.0.0.1:${port}`;
  }

  async joinToken(expires = new Date(Date.now() + 60_000)): Promise<string> {
    const bootstrap = await issueLeaf(this.authority, {
      commonName: 'join',
      names: ['spiffe://holdshort/t/join/j1'],
      usage: ['client'],
      seconds: 900,
    });
    const fields = {
      v: 1,
      id: 'j1',
      grpc: this.address,
      relay: null,
      tenant: 't',
      ca: this.authority.certificate,
      cert: bootstrap.certificate,
      key: bootstrap.privateKey,
      expires: expires.toISOString(),
    };
    return `hsj1_${Buffer.from(JSON.stringify(fields)).toString('base64url')}`;
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

describe('the identity of an agent', () => {
  let dir: string;
  let server: EnrolmentServer;
  const start = async (seconds: number): Promise<void> => {
    server = new EnrolmentServer(await createAuthority({ commonName: 'agent CA', days: 1 }), seconds);
    await server.start();
  };
  const writeToken = async (token: string): Promise<string> => {
    const file = path.join(dir, 'join-token');
    await writeFile(file, token);
    return file;
  };
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'holdshort-identity-'));
  });
  afterEach(async () => {
    server.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('is made once with a join token and found again without one', async () => {
    await start(3600);
    const state = path.join(dir, 'state');
    const first = await openIdentity(state, await writeToken(await server.joinToken()));
    expect(first).toMatchObject({ agentId: 'agt_1', workspace: 'ws', tenant: 't', grpc: server.address });
    expect((await stat(path.join(state, 'identity.json'))).mode & 0o777).toBe(0o600);
    expect(await openIdentity(state, undefined)).toEqual(first);
  });

  it.each([
    ['a used token', async () => server.joinToken(), true, 'The join token has been used.'],
    ['an expired token', async () => server.joinToken(new Date(0)), false, 'The join token has expired.'],
    ['a damaged token', async () => 'hsj1_%%%', false, 'The join token is damaged.'],
    ['something else', async () => 'ghp_x', false, 'This is not a join token (hsj1_...).'],
  ])('refuses %s in words', async (_name, token, used, message) => {
    await start(3600);
    server.used = used;
    await expect(openIdentity(path.join(dir, 'state'), await writeToken(await token()))).rejects.toThrow(message);
  });

  it('says what to do when it is neither there nor can be made, or has expired', async () => {
    await start(1);
    const state = path.join(dir, 'state');
    await expect(openIdentity(state, undefined)).rejects.toMatchObject({ message: 'This agent is not enrolled.' });
    await openIdentity(state, await writeToken(await server.joinToken()));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await expect(openIdentity(state, undefined)).rejects.toMatchObject({
      message: "This agent's certificate has expired.",
    });
  });

  it('gets a new key and certificate at half of its life, kept on disk', async () => {
    await start(3);
    const state = path.join(dir, 'state');
    const first = await openIdentity(state, await writeToken(await server.joinToken()));
    expect(untilRenewal(first)).toBeLessThanOrEqual(1500);
    const renewed = await new Promise<Identity>((resolve) => {
      const renewal = keepRenewed(state, first, createLogger('test', 'silent'), (identity) => {
        renewal.stop();
        resolve(identity);
      });
      setTimeout(() => undefined, 5000).unref();
    });
    expect(renewed.privateKey).not.toBe(first.privateKey);
    expect(new X509Certificate(renewed.certificate).serialNumber).not.toBe(
      new X509Certificate(first.certificate).serialNumber,
    );
    expect(JSON.parse(await readFile(path.join(state, 'identity.json'), 'utf8'))).toEqual(renewed);
    expect((await renewIdentity(state, renewed)).certificate).not.toBe(renewed.certificate);
  });
});
