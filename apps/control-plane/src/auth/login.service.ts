import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { JWTPayload } from 'jose';
import { DataSource, LessThan, MoreThan, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { DeviceFlowError } from '../problem/problem.js';
import { randomBase62, sha256Hex } from '../random-id.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { AccessTokensService } from './access-tokens.service.js';
import { DeviceLoginEntity } from './device-login.entity.js';
import type { Identity } from './identity.js';
import { OidcClient, type DeviceAuthorization } from './oidc-client.js';
import { openCode, sealCode } from './sealed-code.js';

export interface Login {
  token: string;
  expiresAt: Date;
  identity: Omit<Identity, 'roles'>;
}

/** The device flow (RFC 8628), run here so that the CLI never holds a token of the identity provider. */
@Injectable()
export class LoginService {
  private readonly rows: Repository<DeviceLoginEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly oidc: OidcClient,
    private readonly tokens: AccessTokensService,
    private readonly audit: ControlPlaneAudit,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(DeviceLoginEntity);
  }

  async start(): Promise<{ handle: string; authorization: DeviceAuthorization }> {
    const authorization = await this.oidc.startDeviceFlow();
    const handle = `hsd_${randomBase62(40)}`;
    await this.rows.delete({ expiresAt: LessThan(this.now()) });
    await this.rows.insert({
      handleSha256: sha256Hex(handle),
      sealedDeviceCode: sealCode(handle, authorization.deviceCode),
      expiresAt: secondsLater(this.now(), authorization.expiresIn),
    });
    return { handle, authorization };
  }

  /** @throws DeviceFlowError while the person has not finished, or will not */
  async finish(handle: string, correlationId: string): Promise<Login> {
    const row = await this.rows.findOneBy({ handleSha256: sha256Hex(handle), expiresAt: MoreThan(this.now()) });
    if (!row) throw new DeviceFlowError('expired_token', 'The sign-in is unknown or took too long; start again.');
    const claims = await this.claimsOf(openCode(handle, row.sealedDeviceCode), correlationId);
    const taken = await this.rows.delete({ handleSha256: row.handleSha256 });
    if (taken.affected !== 1) throw new DeviceFlowError('expired_token', 'The sign-in was finished already.');
    const identity = identityOf(claims, this.settings);
    await this.audit.record({ type: 'auth.login', correlation_id: correlationId, human: identity, outcome: 'success' });
    return { ...(await this.tokens.issue(identity)), identity };
  }

  async logout(token: string, identity: Identity, correlationId: string): Promise<void> {
    await this.tokens.revoke(token);
    await this.audit.record({
      type: 'auth.logout',
      correlation_id: correlationId,
      human: identity,
      outcome: 'success',
    });
  }

  private async claimsOf(deviceCode: string, correlationId: string): Promise<JWTPayload> {
    try {
      return await this.oidc.finishDeviceFlow(deviceCode);
    } catch (error) {
      if (error instanceof HoldshortError && isRefusal(error)) {
        await this.audit.record({
          type: 'auth.refused',
          correlation_id: correlationId,
          outcome: 'refused',
          error: { code: error.code, message: error.message },
        });
      }
      throw error;
    }
  }
}

const isRefusal = (error: HoldshortError): boolean =>
  error instanceof DeviceFlowError ? error.error === 'access_denied' : error.code === 'not_authenticated';

const textClaim = (claims: JWTPayload, name: string): string | undefined => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** @throws HoldshortError `not_authenticated` where the verified token lacks what makes an identity */
export function identityOf(
  claims: JWTPayload,
  settings: Pick<ControlPlaneSettings, 'oidcLoginClaim' | 'oidcGroupsClaim'>,
): Omit<Identity, 'roles'> {
  const sub = textClaim(claims, 'sub');
  const idp = textClaim(claims, 'iss');
  if (sub === undefined || idp === undefined)
    throw new HoldshortError('not_authenticated', 'The identity has no subject.');
  const groups: unknown = claims[settings.oidcGroupsClaim];
  return {
    sub,
    idp,
    login: textClaim(claims, settings.oidcLoginClaim) ?? sub,
    email: textClaim(claims, 'email') ?? '',
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
  };
}
