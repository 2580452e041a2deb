import { createHash, randomBytes } from 'node:crypto';
import { Integer, OctetString } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';

/** Media type of a request: RFC 3161, section 3.4. */
export const TIME_STAMP_QUERY = 'application/timestamp-query';

/** In NIST's arc. */
export const SHA256_OID = '2.16.840.1.101.3.4.2.1';

/**
 * DER of a TimeStampReq (RFC 3161, section 2.4.1) over the SHA-256 of a text, which the service does not get to see. It
 * is asked for its certificates too, so that the token can be checked when the service is long gone.
 */
export function timeStampRequest(text: string): Buffer {
  const hashed = createHash('sha256').update(text).digest();
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256_OID }),
      hashedMessage: new OctetString({ valueHex: hashed }),
    }),
    // a positive number, so the first bit is 0
    nonce: new Integer({ valueHex: Uint8Array.of(0x40, ...randomBytes(8)) }),
    certReq: true,
  });
  return Buffer.from(request.toSchema().toBER());
}
