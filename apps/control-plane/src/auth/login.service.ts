import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan, type Repository } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { DeviceFlowError } from '../problem/problem.js';
import { randomBase62, sha256Hex } from '../random-id.js';
import { AccessTokensService } from './access-tokens.service.js';
import { AdmitPerson } from './admit-person.service.js';
import { DeviceLoginEntity } from './device-login.entity.js';
import type { Identity, Person } from './identity.js';
import type { DeviceAuthorization } from './oidc-client.js';
import { OidcIssuers } from './oidc-issuers.js';
import { openCode, sealCode } from './sealed-code.js';

export interface Login {
  token: string;
  expiresAt: Date;
  person: Person;
}

/** The device flow (RFC 8628), run here so that the CLI never holds a token of the identity provider. */
@Injectable()
export class LoginService {
  private readonly rows: Repository<DeviceLoginEntity>;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    database: DataSource,
    private readonly issuers: OidcIssuers,
    private readonly admission: AdmitPerson,
    private readonly tokens: AccessTokensService,
    private readonly audit: ControlPlaneAudit,
    @Inject(CLOCK) private readonly now: Clock,
  ) {
    this.rows = database.getRepository(DeviceLoginEntity);
  }

  /** @param issuer name of the identity provider; the first one where it is absent */
  async start(issuer: string | undefined): Promise<{ handle: string; authorization: DeviceAuthorization }> {
    const client = this.issuers.byName(issuer);
    const authorization = await client.startDeviceFlow();
    const handle = `hsd_${randomBase62(40)}`;
    await this.rows.delete({ expiresAt: LessThan(this.now()) });
    await this.rows.insert({
      handleSha256: sha256Hex(handle),
      sealedDeviceCode: sealCode(handle, authorization.deviceCode),
      issuer: client.issuer.name,
      expiresAt: secondsLater(this.now(), authorization.expiresIn),
    });
    return { handle, authorization };
  }

  /** @throws DeviceFlowError while the person has not finished, or will not */
  async finish(handle: string, correlationId: string): Promise<Login> {
    const row = await this.rows.findOneBy({ handleSha256: sha256Hex(handle), expiresAt: MoreThan(this.now()) });
    if (!row) throw new DeviceFlowError('expired_token', 'The sign-in is unknown or took too long; start again.');
    const client = this.issuers.byName(row.issuer);
    const { person, word } = await this.admission.admit({ client, by: 'device', correlationId }, async () => {
      const vouched = await client.finishDeviceFlow(openCode(handle, row.sealedDeviceCode));
      await this.takeOut(row.handleSha256);
      return vouched;
    });
    return { ...(await this.tokens.issue(person, word)), person };
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

  private async takeOut(handleSha256: string): Promise<void> {
    const taken = await this.rows.delete({ handleSha256 });
    if (taken.affected !== 1) throw new DeviceFlowError('expired_token', 'The sign-in was finished already.');
  }
}
