import type { PeerCertificate } from 'node:tls';
import { HoldshortError } from '@holdshort/errors';

export interface RelayPeer {
  tenant: string;
  /** What its events carry as `agent.id`. */
  emitter: string;
}

/** The two kinds of certificate that may send events; one that may only enrol may not. */
const IDENTITY = /^URI:spiffe:\/\/holdshort\/([A-Za-z0-9._-]+)\/(agent|service)\/([A-Za-z0-9._-]+)$/;

/**
 * Who a verified client certificate speaks for.
 * @throws HoldshortError `not_authorized` where it is of no agent or service of the tenant, or names more than one identity
 */
export function relayPeerOf(
  certificate: Pick<PeerCertificate, 'subjectaltname'> | undefined,
  tenant: string,
): RelayPeer {
  const names = (certificate?.subjectaltname ?? '').split(', ');
  const [match, ...others] = names.map((name) => IDENTITY.exec(name)).filter((found) => found !== null);
  const [, named, , emitter] = match ?? [];
  if (names.length !== 1 || others.length > 0 || named !== tenant || emitter === undefined) {
    throw new HoldshortError('not_authorized', 'This certificate may not send audit events.', {
      advice: 'Enrol the agent; only agents and services of this tenant may use the relay.',
    });
  }
  return { tenant: named, emitter };
}
