import { Certificate, ExtKeyUsage, SignedDataVerifyError } from 'pkijs';
import { readSignedTime } from './signed-time.js';
import { TimeStampError } from './time-stamp-error.js';
import { SHA256_OID } from './time-stamp-request.js';

/** OIDs of RFC 5280: the extension, and id-kp-timeStamping. */
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export interface TimeStamp {
  /** When the service saw the text. */
  time: Date;
}

/** Authorities that are believed. */
export type Roots = readonly Certificate[];

/** @param pem one certificate or several. @throws TimeStampError where there is none, or one cannot be read */
export function rootsIn(pem: string): Roots {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new TimeStampError('there is no certificate in PEM form');
  try {
    return blocks.map((block) => Certificate.fromBER(Buffer.from(block.replace(/-----[^-]+-----/g, ''), 'base64')));
  } catch (error) {
    throw new TimeStampError('a certificate cannot be read', { cause: error });
  }
}

/**
 * That one of these authorities has a service which had this text at that time: signature, chain of certificates as of
 * then, the use that a certificate of such a service must have and no other (RFC 3161, section 2.3), SHA-256 of the text.
 * Whether a certificate was revoked is not asked.
 * @param token DER of a TimeStampToken
 * @throws TimeStampError saying what does not hold
 */
export async function verifyTimeStamp(token: Buffer, text: string, roots: Roots): Promise<TimeStamp> {
  const { signed, info } = readSignedTime(token);
  if (info.messageImprint.hashAlgorithm.algorithmId !== SHA256_OID)
    throw new TimeStampError('it is not over a SHA-256');
  if (signed.signerInfos.length !== 1) throw new TimeStampError('it has not exactly one signature');
  const data = new Uint8Array(Buffer.from(text)).buffer;
  try {
    const { signerCertificate, signatureVerified } = await signed.verify({
      ...{ signer: 0, data, trustedCerts: [...roots], checkChain: true, extendedMode: true },
    });
    if (signatureVerified !== true || !signerCertificate) throw new TimeStampError('its signature does not hold');
    if (!isForTimeStamps(signerCertificate)) throw new TimeStampError('its signer is not one for time stamps');
  } catch (error) {
    if (error instanceof SignedDataVerifyError) throw new TimeStampError(wordsOf(error), { cause: error });
    throw error;
  }
  return { time: info.genTime };
}

/** Of the codes of pkijs those that a reader can do something about; its messages name its own functions. */
function wordsOf({ code, message }: SignedDataVerifyError): string {
  if (code === 5) return 'its signer is not certified by an authority that is believed';
  if (code === 15) return 'it is over something else';
  return `it does not hold (${message})`;
}

function isForTimeStamps({ extensions = [] }: Certificate): boolean {
  const usage = extensions.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  if (usage?.critical !== true || !(usage.parsedValue instanceof ExtKeyUsage)) return false;
  return usage.parsedValue.keyPurposes.length === 1 && usage.parsedValue.keyPurposes[0] === TIME_STAMPING;
}
