import { isObject } from '../signed/shape.js';
import { isSignedText, type Signer } from '../signed/sign.js';

/** The envelope of DSSE 1.0 (github.com/secure-systems-lab/dsse, envelope.md), as it is written in JSON. */
export interface DsseEnvelope {
  payloadType: string;
  /** The exact bytes that are signed, base64. */
  payload: string;
  signatures: { keyid: string; sig: string }[];
}

/** Media type of an in-toto statement. */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Far above any statement; a longer envelope is not read. */
const MAX_PAYLOAD = 4 * 1024 * 1024;
/** An envelope of ours has one signature; each more costs whoever verifies. */
const MAX_SIGNATURES = 8;

/** Pre-authentication encoding (DSSE protocol.md): binds the type, so that a payload of one kind never passes for another. */
export const preAuthEncoding = (payloadType: string, payload: string): string =>
  ['DSSEv1', Buffer.byteLength(payloadType), payloadType, Buffer.byteLength(payload), payload].join(' ');

export async function signEnvelope(payloadType: string, payload: string, signer: Signer): Promise<DsseEnvelope> {
  const sig = await signer.sign(preAuthEncoding(payloadType, payload));
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: signer.kid, sig: Buffer.from(sig, 'base64url').toString('base64') }],
  };
}

export type ReadEnvelope = { envelope: DsseEnvelope; payload: string } | { problem: string };

/** An envelope from outside with its payload as text; its signatures are not looked at. Never throws. */
export function readEnvelope(value: unknown): ReadEnvelope {
  if (!isObject(value)) return { problem: 'not a JSON object' };
  const { payloadType, payload, signatures } = value;
  if (typeof payloadType !== 'string') return { problem: 'payloadType is not a text' };
  if (typeof payload !== 'string' || payload.length > MAX_PAYLOAD) return { problem: 'payload is not a text' };
  const bytes = exactBytes(payload);
  if (!bytes) return { problem: 'payload is not base64' };
  const read = signaturesOf(signatures);
  if (!read) return { problem: 'signatures are missing or malformed' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { envelope: { payloadType, payload, signatures: read }, payload: text };
  } catch {
    return { problem: 'payload is not UTF-8' };
  }
}

/** Only base64 that is written in one way: an altered character that decodes to the same bytes is an alteration too. */
function exactBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function signaturesOf(value: unknown): DsseEnvelope['signatures'] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SIGNATURES) return undefined;
  const read = value.flatMap((entry: unknown) => {
    const { keyid, sig } = isObject(entry) ? entry : {};
    return typeof keyid === 'string' && typeof sig === 'string' && exactBytes(sig) ? [{ keyid, sig }] : [];
  });
  return read.length === value.length ? read : undefined;
}

/** @param x the public key, base64url */
export const isEnvelopeSignedBy = (x: string, { payloadType }: DsseEnvelope, payload: string, sig: string): boolean =>
  isSignedText(x, preAuthEncoding(payloadType, payload), Buffer.from(sig, 'base64').toString('base64url'));
