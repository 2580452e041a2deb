import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { DevUser } from '@holdshort/dev-services';

/** How a test can start one process of the stack again by itself. */
export interface DevProcess {
  pid: number;
  /** Null where the stack did not start it as a plain command. */
  command: readonly string[] | null;
  /** `HOLDSHORT_*` and the settings of malloc only; secrets are named by file. */
  env: Record<string, string>;
  log: string;
}

/** What `.holdshort/dev.json` says: URLs, file paths, null where absent. Additive only. */
export interface DevFile {
  console: string;
  controlPlane: string;
  /** host:port */
  grpc: string;
  agentProxy: string;
  agentEndpoint: string;
  agentAdmin: string;
  /** Certificate of the workspace CA, PEM file. */
  ca: string;
  github: string;
  githubControl: string;
  githubCa: string;
  /** Hosts of GitHub Enterprise Servers that the agent governs. */
  enterpriseServers: readonly string[];
  /** Test control of the stand-in that plays one. */
  enterpriseControl: string | null;
  idp: string;
  /** host:port, comma-separated. */
  kafka: string | null;
  /** With its password: the file is readable by its owner only. */
  database: string;
  logDir: string;
  users: readonly DevUser[];
  processes: Record<string, DevProcess>;
}

/** By rename, so that whoever waits for the file reads all of it. */
export function writeDevFile(file: string, content: DevFile): void {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

export const removeDevFile = (file: string): void => {
  rmSync(file, { force: true });
};
