import { X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { GITHUB_DOMAINS } from '@holdshort/github-operations';
import { createAuthority, issueLeaf, type Credential } from '@holdshort/tls';

const CA_DAYS = 365;
/** Some clients refuse leaves of more than 398 days; short ones cost nothing, since they are made on demand. */
const LEAF_SECONDS = 7 * 86_400;
const LEAF_REUSE_MS = 86_400_000;

/** Signs leaf certificates for the governed hosts; `ca.pem` is what the workspace trusts. */
export class WorkspaceCa {
  readonly #authority: Credential;
  readonly #leaves = new Map<string, { context: Promise<SecureContext>; until: number }>();
  readonly caFile: string;

  private constructor(authority: Credential, caFile: string) {
    this.#authority = authority;
    this.caFile = caFile;
  }

  /**
   * The CA of the state directory; made at the first start, and anew when it is about to expire or other servers are
   * to be governed.
   * @param servers hosts of GitHub Enterprise Servers
   */
  static async open(stateDir: string, workspace: string, servers: readonly string[] = []): Promise<WorkspaceCa> {
    const caFile = path.join(stateDir, 'ca.pem');
    const keyFile = path.join(stateDir, 'ca.key');
    const serversFile = path.join(stateDir, 'ca.servers');
    const named = [...servers].sort().join('\n');
    const stored = (await textOf(serversFile)) === named ? await load(caFile, keyFile) : undefined;
    if (stored) return new WorkspaceCa(stored, caFile);
    const commonName = `Holdshort workspace CA (${workspace})`;
    // the only names that it can ever vouch for (RFC 5280 4.2.1.10), even if its key is stolen
    const authority = await createAuthority({
      commonName,
      days: CA_DAYS,
      permittedDomains: [...GITHUB_DOMAINS, ...servers],
    });
    await replaceFile(keyFile, authority.privateKey, 0o600);
    await replaceFile(caFile, authority.certificate, 0o644);
    await replaceFile(serversFile, named, 0o644);
    return new WorkspaceCa(authority, caFile);
  }

  /** SHA-256 of the certificate, in the form of OpenSSL. */
  get fingerprint(): string {
    return new X509Certificate(this.#authority.certificate).fingerprint256;
  }

  /** TLS context with a leaf for `host`, reused for a day. */
  secureContext(host: string): Promise<SecureContext> {
    const known = this.#leaves.get(host);
    if (known && known.until > Date.now()) return known.context;
    const context = this.#issue(host);
    this.#leaves.set(host, { context, until: Date.now() + LEAF_REUSE_MS });
    context.catch(() => this.#leaves.delete(host));
    return context;
  }

  async #issue(host: string): Promise<SecureContext> {
    const leaf = await issueLeaf(this.#authority, {
      commonName: host,
      names: [host],
      usage: ['server'],
      seconds: LEAF_SECONDS,
    });
    return createSecureContext({ key: leaf.privateKey, cert: `${leaf.certificate}\n${this.#authority.certificate}` });
  }
}

/** Empty where there is no such file, as before servers were named. */
const textOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });

async function load(caFile: string, keyFile: string): Promise<Credential | undefined> {
  const texts = await Promise.all([readFile(caFile, 'utf8'), readFile(keyFile, 'utf8')]).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (!texts) return undefined;
  const [certificate, privateKey] = texts;
  const remaining = new Date(new X509Certificate(certificate).validTo).getTime() - Date.now();
  return remaining > LEAF_SECONDS * 1000 ? { certificate, privateKey, chain: [] } : undefined;
}

async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.new`, text, { mode });
  await rename(`${file}.new`, file);
}
