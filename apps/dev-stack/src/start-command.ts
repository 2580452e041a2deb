import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ChildDeath } from '@holdshort/dev-services';
import { removeDevFile, writeDevFile, type DevFile } from './dev-file.js';
import { loadDevStackSettings } from './settings.js';
import { StackFolder } from './stack-folder.js';
import { startStack } from './start-stack.js';

export interface StartOptions {
  ephemeral: boolean;
  kafka: boolean;
  readyFile?: string;
  portBase?: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const summary = (dev: DevFile, readyFile: string): string =>
  [
    'Holdshort is ready.',
    `  console        ${dev.console}`,
    `  agent          proxy ${dev.agentProxy}, endpoint ${dev.agentEndpoint}`,
    `  GitHub         stand-in at ${dev.github}`,
    `  sign-in        ${dev.users.map(({ login }) => login).join(', ')} (the password is the login)`,
    `  events         ${dev.kafka === null ? 'over the relay' : `through Kafka at ${dev.kafka}`}`,
    `  ready file     ${readyFile}`,
    `  logs           ${dev.logDir}`,
    'Try: npx holdshort login --dev alice && npx holdshort run -- git clone https://github.com/acme/app.git',
  ].join('\n');

export const describeDeath = ({ name, code, signal, logFile }: ChildDeath): string =>
  `${name} ended (${signal ?? `exit code ${code ?? 'unknown'}`}); the rest goes on. Its log: ${logFile}`;

/** A signal that came, or comes; kept from the first moment, so that Ctrl-C while starting stops what has started. */
function firstSignal(): Promise<void> {
  return new Promise((resolvePromise) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => {
        resolvePromise();
      });
  });
}

function openFolder(options: StartOptions): StackFolder {
  if (options.ephemeral) return StackFolder.temporary();
  // A stack on other ports has a state of its own: its agent remembers the addresses it enrolled with.
  const root = resolve('.holdshort');
  return new StackFolder(options.portBase === undefined ? root : join(root, `at-${options.portBase}`), false);
}

/** Runs the stack until a signal ends it. */
export async function runStart(options: StartOptions): Promise<void> {
  const settings = loadDevStackSettings(process.env, options);
  const folder = openFolder(options);
  const readyFile = resolve(options.readyFile ?? folder.path('dev.json'));
  const ended = firstSignal();
  try {
    const starting = startStack({
      folder,
      settings,
      kafka: options.kafka,
      onDeath: (death) => {
        say(describeDeath(death));
      },
    });
    await serve(starting, ended, readyFile);
  } finally {
    removeDevFile(readyFile);
    folder.remove();
  }
}

async function serve(starting: ReturnType<typeof startStack>, ended: Promise<void>, readyFile: string): Promise<void> {
  const stack = await starting;
  try {
    mkdirSync(dirname(readyFile), { recursive: true });
    writeDevFile(readyFile, stack.devFile);
    say(summary(stack.devFile, readyFile));
    await ended;
    removeDevFile(readyFile);
    say('Stopping ...');
  } finally {
    await stack.stop();
  }
}
