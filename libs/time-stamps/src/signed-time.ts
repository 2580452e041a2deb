import { ContentInfo, SignedData, TSTInfo } from 'pkijs';
import { TimeStampError } from './time-stamp-error.js';

/** id-signedData of RFC 5652, and id-ct-TSTInfo of RFC 3161. */
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';

/** A token as it is built; nothing of it is believed yet. */
export interface SignedTime {
  signed: SignedData;
  info: TSTInfo;
  /** DER of `info`, as it was signed. */
  content: Buffer;
}

/** @param token DER of a TimeStampToken. @throws TimeStampError for what is none */
export function readSignedTime(token: Buffer): SignedTime {
  try {
    const outer = ContentInfo.fromBER(new Uint8Array(token));
    if (outer.contentType !== SIGNED_DATA) throw new TimeStampError('it is not signed');
    const signed = new SignedData({ schema: outer.content });
    const { eContentType, eContent } = signed.encapContentInfo;
    if (eContentType !== TST_INFO || !eContent) throw new TimeStampError('what is signed is no time');
    const content = eContent.getValue();
    return { signed, info: TSTInfo.fromBER(content), content: Buffer.from(content) };
  } catch (error) {
    if (error instanceof TimeStampError) throw error;
    throw new TimeStampError('it cannot be read', { cause: error });
  }
}
