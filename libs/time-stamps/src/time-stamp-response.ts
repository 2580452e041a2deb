import { PKIStatus, TimeStampReq, TimeStampResp, type PKIStatusInfo } from 'pkijs';
import { readSignedTime } from './signed-time.js';
import { TimeStampError } from './time-stamp-error.js';

/** RFC 3161, section 2.4.2. */
const GRANTED: readonly PKIStatus[] = [PKIStatus.granted, PKIStatus.grantedWithMods];

/**
 * The token (DER) in the answer to a request, whose nonce it repeats; `verifyTimeStamp` tells whether it counts.
 * @throws TimeStampError for a refusal, and for what is no answer to this request
 */
export function tokenOf(answer: Buffer, request: Buffer): Buffer {
  const { status, timeStampToken } = readAnswer(answer);
  if (!GRANTED.includes(status.status) || !timeStampToken)
    throw new TimeStampError(`the service refused${reasonOf(status)}`);
  const token = Buffer.from(timeStampToken.toSchema().toBER());
  const { nonce } = TimeStampReq.fromBER(new Uint8Array(request));
  if (!nonce || !readSignedTime(token).info.nonce?.isEqual(nonce))
    throw new TimeStampError('it answers another request');
  return token;
}

function readAnswer(answer: Buffer): TimeStampResp {
  try {
    return TimeStampResp.fromBER(new Uint8Array(answer));
  } catch (error) {
    throw new TimeStampError('the answer cannot be read', { cause: error });
  }
}

const reasonOf = ({ statusStrings = [] }: PKIStatusInfo): string =>
  statusStrings.length === 0 ? '' : `: ${statusStrings.map((text) => text.getValue()).join(' ')}`;
