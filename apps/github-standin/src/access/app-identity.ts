import { createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { jwtVerify } from 'jose';

/** The GitHub App that the control plane is. */
export interface AppIdentity {
  id: number;
  slug: string;
  name: string;
  clientId: string;
  /** 40 hex digits, as GitHub makes them. */
  clientSecret: string;
  publicKey: KeyObject;
  /** PKCS#8 PEM. */
  privateKey: string;
}

/** RS256 is what GitHub takes; 2048 bits is what it generates. */
export async function createAppIdentity(): Promise<AppIdentity> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    id: 1_204_301,
    slug: 'holdshort',
    name: 'Holdshort',
    clientId: 'Iv23liHoldshortStandin',
    clientSecret: randomBytes(20).toString('hex'),
    publicKey: createPublicKey(privateKey),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** GitHub refuses App JWTs that end more than 10 minutes from now. */
const LONGEST_LIFE_SECONDS = 600;

/**
 * Checks an App JWT as GitHub does: RS256, `iss` is the App's id or client id, not expired, not too long.
 * @returns GitHub's complaint, `null` where there is none
 */
export async function checkAppJwt(app: AppIdentity, jwt: string): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(jwt, app.publicKey, { algorithms: ['RS256'], clockTolerance: 30 });
    const now = Math.floor(Date.now() / 1000);
    if (typeof payload.iat !== 'number' || typeof payload.exp !== 'number') {
      return "Missing 'issued at' claim ('iat') in assertion";
    }
    if (payload.exp > now + LONGEST_LIFE_SECONDS) {
      return "'Expiration time' claim ('exp') is too far in the future";
    }
    const known = String(payload.iss) === String(app.id) || payload.iss === app.clientId;
    return known ? null : "'Issuer' claim ('iss') must be an Integer or the client ID of the App";
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'ERR_JWT_EXPIRED')
      return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
    return 'A JSON web token could not be decoded';
  }
}
