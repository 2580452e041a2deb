import { HoldshortError } from '@holdshort/errors';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { discoverKeys } from '../../discover-keys.js';
import { refuseJoin, tokenFingerprint, type JoinEvidence, type JoinMethod, type ProvenJoin } from './join-method.js';
import { workspaceOf, type OidcRule } from './join-rules.js';
import { matchesClaims } from './matches-claims.js';
import { isSafeUrl } from '../../safe-url.js';

/** Signatures by a key that only the issuer has; `none` and shared secrets are not among them. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_S = 30;
/** Evidence is made to be shown at once; tokens that live for longer than a day prove less. */
const LONGEST_LIFE_S = 86_400;

/** Tokens of an OpenID issuer: CI, a cloud's workload identity, AWS's GetWebIdentityToken, a cluster's published keys. */
export class OidcMethod implements JoinMethod {
  readonly name = 'oidc';
  private readonly keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(
    private readonly rules: readonly OidcRule[],
    private readonly now: () => Date,
  ) {}

  async prove(evidence: JoinEvidence): Promise<ProvenJoin> {
    if (evidence.method !== 'oidc') return refuseJoin('The evidence is of another kind.');
    const issuer = issuerOf(evidence.token);
    const rules = this.rules.filter((rule) => rule.issuer === issuer);
    if (rules.length === 0) return refuseJoin('No join rule knows the issuer of this token.');
    const proofs = await Promise.all(rules.map((rule) => this.payloadUnder(rule, evidence.token)));
    const at = proofs.findIndex((payload, n) => payload && matchesClaims(rules[n]?.claims ?? {}, payload));
    const [rule, payload] = [rules[at], proofs[at]];
    if (!rule || !payload) return refuseJoin('No join rule accepts the claims of this token.');
    const subject = payload.sub ?? '';
    return {
      ...{ rule: rule.name, subject, workspace: workspaceOf(rule, subject) },
      fingerprint: tokenFingerprint(evidence.token),
      goodUntil: new Date(((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000),
    };
  }

  /** @returns undefined for a token of another audience; others may be under another rule of the issuer */
  private async payloadUnder(rule: OidcRule, token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.keysOf(rule), {
        ...{ issuer: rule.issuer, audience: rule.audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S },
        ...{ requiredClaims: ['exp', 'iat', 'sub'], maxTokenAge: LONGEST_LIFE_S, currentDate: this.now() },
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud') return undefined;
      if (error instanceof errors.JWKSTimeout || error instanceof HoldshortError) throw unreachable(error);
      if (error instanceof errors.JOSEError) return refuseJoin('The token does not hold.', error);
      throw unreachable(error);
    }
  }

  /** jose keeps the keys and asks again for a key that it does not know, at most every 30 s. */
  private keysOf({ issuer, jwksUri }: OidcRule): Promise<JWTVerifyGetKey> {
    const key = `${issuer} ${jwksUri ?? ''}`;
    const known = this.keys.get(key) ?? remoteKeys(issuer, jwksUri);
    this.keys.set(key, known);
    known.catch(() => this.keys.delete(key));
    return known;
  }
}

async function remoteKeys(issuer: string, jwksUri: string | undefined): Promise<JWTVerifyGetKey> {
  const uri = jwksUri === undefined ? await discoverKeys(issuer, ({ href }) => isSafeUrl(href)) : new URL(jwksUri);
  return createRemoteJWKSet(uri, { timeoutDuration: 5_000 });
}

/** Not verified: says only which rules come into question. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    return refuseJoin('The evidence is not a token.', cause);
  }
}

const unreachable = (cause: unknown): HoldshortError =>
  cause instanceof HoldshortError
    ? cause
    : new HoldshortError('upstream_unreachable', 'The keys of the issuer cannot be read.', { cause });
