import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { readIssuers } from './issuer.js';
import { OidcClient } from './oidc-client.js';

/** The identity providers that people may come from. */
@Injectable()
export class OidcIssuers {
  readonly all: readonly OidcClient[];

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.all = readIssuers(settings).map((issuer) => new OidcClient(issuer, settings.devMode));
  }

  /** @param name the first one where it is absent or empty @throws HoldshortError `not_found` */
  byName(name: string | undefined): OidcClient {
    const found =
      name === undefined || name === '' ? this.all[0] : this.all.find((client) => client.issuer.name === name);
    if (found) return found;
    throw new HoldshortError('not_found', 'There is no identity provider of this name.', {
      advice: `Use one of ${this.all.map(({ issuer }) => issuer.name).join(', ')}.`,
    });
  }

  /** By the `iss` of its tokens; undefined for one that is no longer configured. */
  byUrl(idp: string): OidcClient | undefined {
    return this.all.find(({ issuer }) => issuer.issuer === idp);
  }
}
