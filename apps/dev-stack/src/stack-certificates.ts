import { existsSync, readFileSync } from 'node:fs';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';
import type { StackFolder } from './stack-folder.js';

export interface StackCertificates {
  agentCaCert: string;
  agentCaKey: string;
  relayCert: string;
  relayKey: string;
}

/** A development CA that outlives its folder helps nobody. */
const CA_DAYS = 365;
const RELAY_SECONDS = 90 * 86_400;

/** The agent CA must stay the same over restarts: enrolled agents trust it. */
async function openAuthority(folder: StackFolder): Promise<Credential> {
  const [certificate, privateKey] = [folder.path('agent-ca.pem'), folder.path('agent-ca.key')];
  if (existsSync(certificate) && existsSync(privateKey)) {
    return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(privateKey, 'utf8'), chain: [] };
  }
  const authority = await createAuthority({ commonName: 'Holdshort development agent CA', days: CA_DAYS });
  folder.secret('agent-ca.key', authority.privateKey);
  folder.secret('agent-ca.pem', authority.certificate);
  return authority;
}

/** Files of the agent CA and of the relay's server certificate; the latter is made anew at each start. */
export async function prepareCertificates(folder: StackFolder): Promise<StackCertificates> {
  const authority = await openAuthority(folder);
  const names = ['localhost', '127.0.0.1'];
  const relay = await issueLeaf(authority, {
    commonName: 'audit-ingest',
    names,
    usage: ['server'],
    seconds: RELAY_SECONDS,
  });
  return {
    agentCaCert: folder.path('agent-ca.pem'),
    agentCaKey: folder.path('agent-ca.key'),
    relayCert: folder.secret('relay.pem', relay.certificate),
    relayKey: folder.secret('relay.key', relay.privateKey),
  };
}
