import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AGENT_FLAGS } from '@holdshort/config';
import { HoldshortError } from '@holdshort/errors';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export type ProgramName = 'agent' | 'audit-ingest' | 'control-plane' | 'github-standin';

function entryOf(name: ProgramName): string {
  const entries = [...(name === 'agent' ? ['agent/dist/agent.mjs'] : []), `${name}/dist/main.js`].map(fileOf);
  const entry = entries.find((file) => existsSync(file));
  if (entry !== undefined) return entry;
  throw new HoldshortError('not_found', `${name} is not built.`, { advice: 'Run `npm run build`.' });
}

/** The command that starts one of our processes. */
export const commandOf = (name: ProgramName): [string, ...string[]] => [
  process.execPath,
  ...(name === 'agent' ? AGENT_FLAGS : []),
  entryOf(name),
];

/** The command line of `holdshort` in this repository. */
export const cliCommand = (): [string, ...string[]] => [process.execPath, fileOf('cli/bin/holdshort.mjs')];
