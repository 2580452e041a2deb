import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/** Debian and Alpine; Fedora and RHEL; SUSE; macOS and OpenBSD. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

export interface CaFiles {
  /** All that the child would trust anyway, and the workspace CA: for variables that replace a program's own list. */
  bundle: string;
  /** The workspace CA (and what the user added): for variables that add to it. */
  extra: string;
  /** The workspace CA alone: for what is reached through the agent and in no other way. */
  workspace: string;
  /** A folder without any. */
  none: string;
}

const readIfThere = (file: string | undefined): string | undefined =>
  file !== undefined && file !== '' && existsSync(file) ? readFileSync(file, 'utf8') : undefined;

/** What the user's own setting names, else the system's list, else the one that Node carries. */
function baseBundle(env: NodeJS.ProcessEnv): string {
  const file = [env.SSL_CERT_FILE, ...SYSTEM_BUNDLES].find((candidate) => readIfThere(candidate) !== undefined);
  return readIfThere(file) ?? rootCertificates.join('\n');
}

/** Writes the files into `folder`. @param ca path of the workspace CA's certificate */
export function writeCaFiles(folder: string, ca: string, env: NodeJS.ProcessEnv): CaFiles {
  const workspace = readFileSync(ca, 'utf8');
  const files = {
    bundle: join(folder, 'ca-bundle.pem'),
    extra: join(folder, 'ca-extra.pem'),
    workspace: join(folder, 'ca-workspace.pem'),
    none: join(folder, 'ca-none'),
  };
  mkdirSync(files.none, { mode: 0o700, recursive: true });
  const added = readIfThere(env.NODE_EXTRA_CA_CERTS);
  writeFileSync(files.workspace, workspace, { mode: 0o600 });
  writeFileSync(files.bundle, `${baseBundle(env).trimEnd()}\n${workspace}`, { mode: 0o600 });
  writeFileSync(files.extra, added === undefined ? workspace : `${added.trimEnd()}\n${workspace}`, { mode: 0o600 });
  return files;
}
