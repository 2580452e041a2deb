import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { Metadata, credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { agentV1 } from '@holdshort/contracts';
import { HoldshortError } from '@holdshort/errors';
import { fromGrpcError, serverNameOptions } from '@holdshort/grpc';
import type { Logger } from '@holdshort/telemetry';
import { createCertificateRequest, derToPem } from '@holdshort/tls';
import { AGENT_VERSION } from '../config.js';
import { parseJoinToken, type JoinToken } from './join-token.js';

/** Who this agent is to the control plane; kept in `identity.json` (0600) in the state directory. */
export interface Identity {
  agentId: string;
  workspace: string;
  tenant: string;
  grpc: string;
  relay: string | null;
  /** PEM */
  trust: string;
  certificate: string;
  privateKey: string;
}

const FILE = 'identity.json';
const CALL_DEADLINE_MS = 10_000;

export const channelCredentials = (
  identity: Pick<Identity, 'trust' | 'certificate' | 'privateKey'>,
): ChannelCredentials =>
  credentials.createSsl(
    Buffer.from(identity.trust),
    Buffer.from(identity.privateKey),
    Buffer.from(identity.certificate),
  );

const toPemBundle = (certificates: readonly Uint8Array[]): string => certificates.map(derToPem).join('\n');

async function save(stateDir: string, identity: Identity): Promise<void> {
  const file = path.join(stateDir, FILE);
  await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function load(stateDir: string): Promise<Identity | undefined> {
  try {
    return JSON.parse(await readFile(path.join(stateDir, FILE), 'utf8')) as Identity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const isUsable = (identity: Identity, now: Date): boolean =>
  new Date(new X509Certificate(identity.certificate).validTo) > now;

async function enrol(token: JoinToken): Promise<Identity> {
  const { privateKey, request } = await createCertificateRequest('holdshort-agent');
  const bootstrap = channelCredentials({ trust: token.ca, certificate: token.cert, privateKey: token.key });
  const client = new agentV1.EnrolmentServiceClient(token.grpc, bootstrap, serverNameOptions(token.grpc));
  const message = agentV1.EnrolRequest.fromPartial({
    certificateRequest: request,
    host: hostname(),
    agentVersion: AGENT_VERSION,
  });
  try {
    const answer = await new Promise<agentV1.EnrolResponse>((resolve, reject) => {
      client.enrol(message, new Metadata(), { deadline: Date.now() + CALL_DEADLINE_MS }, (error, response) => {
        if (error) reject(fromGrpcError(error));
        else resolve(response);
      });
    });
    const { agentId, workspace, tenant, certificateChain, trustBundle } = answer;
    const certificate = toPemBundle(certificateChain);
    return {
      agentId,
      workspace,
      tenant,
      grpc: token.grpc,
      relay: token.relay,
      trust: toPemBundle(trustBundle),
      certificate,
      privateKey,
    };
  } finally {
    client.close();
  }
}

/**
 * The stored identity, or a new one by the join token.
 * @param getToken brings a join token where no file does
 * @throws HoldshortError where there is neither a usable identity nor a join token
 */
export async function openIdentity(
  stateDir: string,
  joinTokenFile: string | undefined,
  getToken?: () => Promise<string>,
): Promise<Identity> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const stored = await load(stateDir);
  if (stored && isUsable(stored, new Date())) return stored;
  if (getToken === undefined && joinTokenFile === undefined) {
    const what = stored ? "This agent's certificate has expired" : 'This agent is not enrolled';
    throw new HoldshortError('not_authenticated', `${what}.`, {
      advice: 'Set HOLDSHORT_JOIN_TOKEN_FILE to a new join token.',
    });
  }
  const text = getToken ? await getToken() : await readFile(joinTokenFile ?? '', 'utf8');
  const identity = await enrol(parseJoinToken(text.trim()));
  await save(stateDir, identity);
  return identity;
}

/** A fresh key and certificate, asked for with the present one; stored before it is returned. */
export async function renewIdentity(stateDir: string, identity: Identity): Promise<Identity> {
  const { privateKey, request } = await createCertificateRequest(identity.agentId);
  const client = new agentV1.EnrolmentServiceClient(
    identity.grpc,
    channelCredentials(identity),
    serverNameOptions(identity.grpc),
  );
  try {
    const answer = await new Promise<agentV1.RenewCertificateResponse>((resolve, reject) => {
      const message = { certificateRequest: request };
      client.renewCertificate(
        message,
        new Metadata(),
        { deadline: Date.now() + CALL_DEADLINE_MS },
        (error, response) => {
          if (error) reject(fromGrpcError(error));
          else resolve(response);
        },
      );
    });
    const certificate = toPemBundle(answer.certificateChain);
    const renewed = { ...identity, certificate, privateKey, trust: toPemBundle(answer.trustBundle) };
    await save(stateDir, renewed);
    return renewed;
  } finally {
    client.close();
  }
}

/**
 * Milliseconds until the certificate is renewed: half of the life that it still has. Not from its beginning, which is
 * backdated for clocks that run apart. At least a second, so that a certificate that is all but over makes no storm.
 */
export function untilRenewal(identity: Pick<Identity, 'certificate'>, now = Date.now()): number {
  const to = new Date(new X509Certificate(identity.certificate).validTo).getTime();
  return Math.max(1000, (to - now) / 2);
}

const RENEW_RETRY_MS = 30_000;
/** setTimeout takes at most 2^31-1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Renews the certificate at half of its life, again and again; a failure is retried every 30 s and logged. */
export function keepRenewed(
  stateDir: string,
  first: Identity,
  logger: Logger,
  use: (renewed: Identity) => void,
): { stop: () => void } {
  let timer: NodeJS.Timeout;
  const plan = (identity: Identity, delay: number): void => {
    timer = setTimeout(
      () => {
        renewIdentity(stateDir, identity).then(
          (renewed) => {
            use(renewed);
            plan(renewed, untilRenewal(renewed));
          },
          (error: unknown) => {
            logger.warn({ err: error }, 'the certificate could not be renewed; trying again');
            plan(identity, RENEW_RETRY_MS);
          },
        );
      },
      Math.min(delay, LONGEST_TIMER_MS),
    );
    timer.unref();
  };
  plan(first, untilRenewal(first));
  return {
    stop: () => {
      clearTimeout(timer);
    },
  };
}
