import { Inject, Injectable } from '@nestjs/common';
import { issueLeaf, pemToDer, signCertificateRequest, type Credential } from '@holdshort/tls';
import { HoldshortError } from '@holdshort/errors';
import { spiffeId } from '../access/peer.js';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';

export interface SignedCertificate {
  /** DER, leaf first. */
  chain: Buffer[];
  /** DER. */
  trustBundle: Buffer[];
}

/** The agent CA: who may call, and who answers. */
@Injectable()
export class AgentAuthority {
  private readonly authority: Credential;

  constructor(@Inject(SETTINGS) private readonly settings: ControlPlaneSettings) {
    this.authority = authorityOf(settings);
  }

  get certificate(): string {
    return this.authority.certificate;
  }

  /** The certificate and key of a join token: good for one call, for as long as the token lives. */
  bootstrap(tokenId: string): Promise<Credential> {
    return issueLeaf(this.authority, {
      commonName: tokenId,
      names: [spiffeId(this.settings.tenant, 'join', tokenId)],
      usage: ['client'],
      seconds: this.settings.joinTokenSeconds,
    });
  }

  /**
   * Signs the key of a PKCS#10 request (DER) for this agent; names come from here, never from the request.
   * @throws HoldshortError `request_malformed` for a request that cannot be read or does not prove its key
   */
  async sign(agentId: string, request: Uint8Array): Promise<SignedCertificate> {
    const pem = await signCertificateRequest(this.authority, request, {
      commonName: agentId,
      names: [spiffeId(this.settings.tenant, 'agent', agentId)],
      usage: ['client'],
      seconds: this.settings.agentCertificateSeconds,
    }).catch((cause: unknown) => {
      throw new HoldshortError('request_malformed', 'The certificate request cannot be used.', { cause });
    });
    const root = pemToDer(this.authority.certificate);
    return { chain: [pemToDer(pem), root], trustBundle: [root] };
  }
}

export const authorityOf = (settings: Pick<ControlPlaneSettings, 'agentCaCertificate' | 'agentCaKey'>): Credential => ({
  certificate: settings.agentCaCertificate,
  privateKey: settings.agentCaKey,
  chain: [],
});
