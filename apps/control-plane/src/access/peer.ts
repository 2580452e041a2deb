import type { PeerCertificate } from 'node:tls';
import { HoldshortError } from '@holdshort/errors';

/** Who is on the other end of a gRPC call, as its certificate says. */
export interface Peer {
  kind: 'join' | 'agent';
  /** Id of the join token or of the agent. */
  id: string;
}

/** What grpc-js hands to every handler, as far as needed here. */
export interface AuthenticatedCall {
  getAuthContext(): { sslPeerCertificate?: PeerCertificate };
  getPath(): string;
}

const peers = new WeakMap<object, Peer>();

/** The guard's finding, kept beside the call for its handler. */
export const rememberPeer = (call: object, peer: Peer): void => {
  peers.set(call, peer);
};

/** @throws HoldshortError `not_authenticated` where the guard has not let this call through */
export function peerOf(call: object): Peer {
  const peer = peers.get(call);
  if (!peer) throw new HoldshortError('not_authenticated', 'The call carries no identity.');
  return peer;
}

/** Exactly one URI, nothing else: a certificate with two names has no clear holder. Printable ids only. */
const SOLE_URI = /^URI:spiffe:\/\/holdshort\/([A-Za-z0-9._-]+)\/(join|agent)\/([A-Za-z0-9_]+)$/;

/** Reads the URI SAN; undefined for a missing certificate, another tenant or another kind. */
export function readPeer(certificate: PeerCertificate | undefined, tenant: string): Peer | undefined {
  const match = SOLE_URI.exec(certificate?.subjectaltname ?? '');
  if (!match || match[1] !== tenant) return undefined;
  return { kind: match[2] === 'join' ? 'join' : 'agent', id: match[3] ?? '' };
}

export const spiffeId = (tenant: string, kind: Peer['kind'] | 'service', id: string): string =>
  `spiffe://holdshort/${tenant}/${kind}/${id}`;
