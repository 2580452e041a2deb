import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';

/** A statement with a signature over the RFC 8785 form of all its other members; `typ` keeps one kind from passing for another. */
export interface Signed {
  typ: string;
  /** RFC 7638 thumbprint of the Ed25519 key (RFC 8037). */
  kid: string;
  /** Ed25519 (RFC 8032), base64url. */
  sig: string;
}

/** What is signed: never more than one line of a few hundred bytes, but for the links of a checkpoint. */
export interface Signer {
  readonly kid: string;
  /** @returns base64url; made on a thread of its own, so that nobody waits for it */
  sign(text: string): Promise<string>;
}

/** The raw public key of a JWK, base64url: RFC 8037, section 2. */
const rawOf = (key: KeyObject): string => {
  const { x } = key.export({ format: 'jwk' });
  if (x === undefined) throw new Error('not an Ed25519 key');
  return x;
};

/** RFC 7638 over the members that RFC 8037 names, in their order. @param x the public key, base64url */
export const keyIdOf = (x: string): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');

/** An Ed25519 key that signs; its private half is in no property that shows. */
export class SigningKey implements Signer {
  readonly kid: string;
  /** The public key, base64url. */
  readonly x: string;
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
    this.x = rawOf(createPublicKey(key));
    this.kid = keyIdOf(this.x);
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** @throws Error for a text that is no PKCS#8 key in PEM, or of another kind */
  static fromPem(pem: string): SigningKey {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key is not Ed25519');
    return new SigningKey(key);
  }

  toPem(): string {
    return this.#key.export({ type: 'pkcs8', format: 'pem' }).toString();
  }

  sign(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      sign(null, Buffer.from(text), this.#key, (error, signature) => {
        if (error) reject(error);
        else resolve(signature.toString('base64url'));
      });
    });
  }
}

/** Completes a statement with the signer's key id and signature. */
export async function signStatement<T extends { typ: string }>(
  statement: T,
  signer: Signer,
): Promise<T & { kid: string; sig: string }> {
  const named = { ...statement, kid: signer.kid };
  return { ...named, sig: await signer.sign(canonicalJson(named)) };
}

/** What a signature is over: the statement without it. */
const signedText = (statement: Signed): string =>
  canonicalJson(Object.fromEntries(Object.entries(statement).filter(([name]) => name !== 'sig')));

/** What an agent signs to show that it has a key: bound to who asks, so that nobody has another one's key certified. */
export const keyProofText = (tenant: string, owner: string, x: string): string =>
  canonicalJson(['holdshort audit key', tenant, owner, x]);

/** @param x the public key, base64url. @param sig base64url. @returns false also for what is no key or no signature */
export function isSignedText(x: string, text: string, sig: string): boolean {
  try {
    return verify(null, Buffer.from(text), publicKey(x), Buffer.from(sig, 'base64url'));
  } catch {
    // Not a key: what is not a signature vouches for nothing.
    return false;
  }
}

/** @param x the public key, base64url. @returns false also for what is no key or no signature */
export function isSignedBy(x: string, statement: Signed): boolean {
  try {
    return isSignedText(x, signedText(statement), statement.sig);
  } catch {
    // A statement without a canonical form is not one that anybody signed.
    return false;
  }
}

const known = new Map<string, KeyObject>();
const MAX_KNOWN = 1000;

/** Importing a key costs as much as a signature; a trail has few keys and many signatures. */
function publicKey(x: string): KeyObject {
  const found = known.get(x);
  if (found) return found;
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(x, key);
  return key;
}
