import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import { readStartedAgent } from './local-agent/agent-file.js';
import type { CliSettings } from './settings.js';

export interface DevPerson {
  login: string;
  password: string;
}

/** Where control plane and agent are; URLs and a file path. */
export interface StackLocation {
  controlPlane: string;
  agentProxy: string;
  agentEndpoint: string;
  agentAdmin: string;
  /** Certificate of the workspace CA, PEM file. */
  ca: string;
  /** Hosts that the agent governs beside GitHub's own. */
  enterpriseServers: readonly string[];
  /** Present for an embedded stack only. */
  embedded?: { idp: string; users: DevPerson[] };
}

interface ReadyFile {
  controlPlane: string;
  agentProxy: string;
  agentEndpoint: string;
  agentAdmin: string;
  ca: string;
  enterpriseServers?: readonly string[];
  idp: string | null;
  users: DevPerson[];
}

const DEV_FILE = join('.holdshort', 'dev.json');

function findUpwards(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, DEV_FILE);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

function readReadyFile(file: string): StackLocation {
  if (!existsSync(file)) {
    throw new HoldshortError('not_found', `There is no ready file ${file}.`, {
      advice: 'Start the embedded stack with `npm start`, and wait until it says that it is ready.',
    });
  }
  const { enterpriseServers = [], idp, users, ...ready } = JSON.parse(readFileSync(file, 'utf8')) as ReadyFile;
  const { controlPlane, agentProxy, agentEndpoint, agentAdmin, ca } = ready;
  const location = { controlPlane, agentProxy, agentEndpoint, agentAdmin, ca, enterpriseServers };
  return idp === null ? location : { ...location, embedded: { idp, users } };
}

/**
 * Settings that name a control plane win over a ready file, a ready file that is named over one that is found, and that
 * over the agent that `holdshort agent start` has started.
 * @param home folder of the command line
 * @throws HoldshortError `not_found` where there is none of them
 */
export function locateStack(settings: CliSettings, cwd: string, home: string): StackLocation {
  const { controlPlane, agentProxy, agentEndpoint, agentAdmin, agentCa: ca, enterpriseServers } = settings;
  if (controlPlane !== '') return { controlPlane, agentProxy, agentEndpoint, agentAdmin, ca, enterpriseServers };
  const file = settings.devFile === '' ? findUpwards(cwd) : settings.devFile;
  if (file !== undefined) return readReadyFile(file);
  const started = readStartedAgent(home);
  if (started) return { ...started, enterpriseServers };
  throw new HoldshortError('not_found', 'No Holdshort was found from here.', {
    advice:
      'Start the embedded stack with `npm start`, or an agent with `holdshort agent start`, or set HOLDSHORT_CONTROL_PLANE_URL (or HOLDSHORT_DEV_FILE).',
  });
}
