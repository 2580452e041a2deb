import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseChild } from '@holdshort/dev-services';

export interface StandinProcess {
  url: string;
  ca: string;
  appId: string;
  appKey: string;
  clientId: string;
  clientSecret: string;
  control: string;
  stop(): Promise<void>;
}

export interface IssuedToken {
  sha256: string;
  kind: 'installation' | 'user' | 'scoped';
  user: string | null;
  repositories: string[];
  permissions: Record<string, string>;
  revoked: boolean;
}

/** The GitHub stand-in as a process of its own, as its build made it. */
export async function startStandin(dir: string): Promise<StandinProcess> {
  const entry = fileURLToPath(new URL('../../../github-standin/dist/main.js', import.meta.url));
  if (!existsSync(entry)) throw new Error('build apps/github-standin first: npx tsc -b apps/github-standin');
  const child = await superviseChild({
    name: 'github-standin',
    command: [process.execPath, entry],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOLDSHORT_STANDIN_PORT: '0',
      HOLDSHORT_STANDIN_CONTROL_PORT: '0',
      HOLDSHORT_STANDIN_STATE_DIR: join(dir, 'standin'),
    },
    logFile: join(dir, 'standin.log'),
  });
  const { url, ca, appId, appKeyFile, clientId, clientSecretFile, control } = child.ready as Record<string, unknown>;
  return {
    url: String(url),
    ca: readFileSync(String(ca), 'utf8'),
    appId: String(appId),
    appKey: readFileSync(String(appKeyFile), 'utf8'),
    clientId: String(clientId),
    clientSecret: readFileSync(String(clientSecretFile), 'utf8'),
    control: String(control),
    stop: () => child.stop(),
  };
}

export async function issuedTokens(standin: StandinProcess): Promise<IssuedToken[]> {
  const answer = (await (await fetch(`${standin.control}/tokens`)).json()) as unknown;
  return (Array.isArray(answer) ? answer : (answer as { tokens: unknown }).tokens) as IssuedToken[];
}
