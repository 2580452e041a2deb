import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  decodeJwt,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { LOGGER } from '../../logger.js';
import { sha256Hex } from '../../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../../settings.js';
import type { Identity } from '../identity.js';
import { ALGORITHMS, CLOCK_TOLERANCE_S, isAllowedInsecure } from '../oidc-client.js';
import { SeenTokens } from '../seen-tokens.service.js';
import { discoverKeys } from '../../discover-keys.js';
import { matchesRule, readTrustRules, type TrustRule } from './trust-rule.js';

/** One token that was presented; it opens one session only. */
export interface TokenUse {
  issuer: string;
  /** Its `jti`, or its own digest where the issuer gives none. */
  id: string;
  expiresAt: Date;
}

const TIMEOUT_MS = 10_000;
const PRINTABLE = /^[\x20-\x7e]{1,500}$/;

/** OIDC tokens of CI jobs and pods, by trust rules. */
@Injectable()
export class WorkloadTokens {
  private readonly rules: readonly TrustRule[];
  /** By issuer. jose fetches keys again when a token names one that is not there, every 30 s at most. */
  private readonly keys = new Map<string, Promise<JWTVerifyGetKey>>();

  constructor(
    private readonly seen: SeenTokens,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rules = readTrustRules(settings.workloadTrust);
  }

  /** @returns undefined for what is no token that a rule takes */
  async identify(token: string): Promise<{ identity: Identity; use: TokenUse } | undefined> {
    const rules = this.rules.filter(({ issuer }) => issuer === unverifiedIssuer(token));
    const [first] = rules;
    if (!first) return undefined;
    const payload = await this.verify(token, first, rules);
    const rule = payload && rules.find((candidate) => matchesRule(candidate, payload));
    if (!rule || !PRINTABLE.test(payload.sub ?? '')) return undefined;
    return { identity: identityOf(rule, payload), use: useOf(rule, payload, token) };
  }

  /** @throws HoldshortError `not_authenticated` where the token has opened a session before */
  async requireFirstUse({ issuer, id, expiresAt }: TokenUse): Promise<void> {
    if (await this.seen.isFirst(issuer, `workload ${id}`, expiresAt)) return;
    throw new HoldshortError('not_authenticated', 'This token has opened a session before.', {
      advice: 'Ask the issuer for a new token.',
    });
  }

  private async verify(token: string, first: TrustRule, rules: readonly TrustRule[]): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.keysOf(first), {
        issuer: first.issuer,
        audience: rules.map(({ audience }) => audience),
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        requiredClaims: ['sub', 'exp', 'iat'],
      });
      return payload;
    } catch (error) {
      this.logger.info({ err: error, issuer: first.issuer }, 'token of a workload refused');
      return undefined;
    }
  }

  private keysOf(rule: TrustRule): Promise<JWTVerifyGetKey> {
    const known = this.keys.get(rule.issuer);
    if (known) return known;
    const found = this.findKeys(rule).catch((error: unknown) => {
      this.keys.delete(rule.issuer); // the issuer may be up at the next try
      throw error;
    });
    this.keys.set(rule.issuer, found);
    return found;
  }

  private async findKeys({ issuer, jwks, jwksUri }: TrustRule): Promise<JWTVerifyGetKey> {
    if (jwks) return createLocalJWKSet(jwks);
    const isAllowed = (url: URL): boolean => url.protocol === 'https:' || isAllowedInsecure(url, this.settings.devMode);
    const uri = jwksUri === undefined ? await discoverKeys(issuer, isAllowed) : new URL(jwksUri);
    if (!isAllowed(uri)) throw new HoldshortError('not_authenticated', 'Keys must be reached over https.');
    return createRemoteJWKSet(uri, { timeoutDuration: TIMEOUT_MS });
  }
}

/** Says only which rules to look at; the signature decides. */
function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined; // no token in the form of a JWT: nobody
  }
}

const identityOf = (rule: TrustRule, { sub = '' }: JWTPayload): Identity => ({
  idp: rule.issuer,
  sub,
  login: `workload/${rule.name}`,
  email: '',
  groups: [...rule.groups],
  roles: new Set(['engineer'] as const),
  workload: {
    sessionSeconds: rule.sessionSeconds,
    ...(rule.assistant === undefined ? {} : { assistant: rule.assistant }),
  },
});

/** The signature of a token may be written in other ways; what it signs may not. */
const useOf = ({ issuer }: TrustRule, { jti, exp = 0 }: JWTPayload, token: string): TokenUse => ({
  issuer,
  id: jti ?? `sha256 ${sha256Hex(token.slice(0, token.lastIndexOf('.')))}`,
  expiresAt: new Date((exp + CLOCK_TOLERANCE_S) * 1000),
});
