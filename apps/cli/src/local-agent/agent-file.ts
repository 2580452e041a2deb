import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The agent that `holdshort agent start` has started, and its control plane; URLs and a path. */
export interface StartedAgent {
  pid: number;
  controlPlane: string;
  agentProxy: string;
  agentEndpoint: string;
  agentAdmin: string;
  ca: string;
}

const fileIn = (home: string): string => join(home, 'agent.json');

export function readStartedAgent(home: string): StartedAgent | undefined {
  const file = fileIn(home);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StartedAgent) : undefined;
}

export function writeStartedAgent(home: string, agent: StartedAgent): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const fresh = `${fileIn(home)}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(agent, null, 2)}\n`, { mode: 0o600 });
  renameSync(fresh, fileIn(home));
}

/** The address of the control plane stays: only the agent is gone. */
export const forgetStartedAgent = (home: string): void => {
  rmSync(fileIn(home), { force: true });
};
