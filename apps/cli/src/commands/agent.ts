import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { HoldshortError } from '@holdshort/errors';
import {
  forgetStartedAgent,
  readStartedAgent,
  writeStartedAgent,
  type StartedAgent,
} from '../local-agent/agent-file.js';
import { startAgent } from '../local-agent/start-agent.js';
import { loadCliSettings } from '../settings.js';
import { addAgentSpoolCommand } from './agent-spool.js';

interface StartOptions {
  controlPlane?: string;
  joinTokenFile?: string;
  json?: boolean;
}

const START_HELP = `
For a workspace without systemd or containers. The agent goes on after this command and keeps its state in
~/.holdshort/agent; its own settings are read from the environment (HOLDSHORT_AGENT_*). From then on \`holdshort\` finds
agent and control plane by itself. The join token is needed for the first start only (\`holdshort admin agent token\`).

Example:
  holdshort agent start --control-plane https://holdshort.example.com --join-token-file ./join-token`;

async function answers({ agentAdmin }: StartedAgent): Promise<boolean> {
  return fetch(new URL('/healthz', agentAdmin), { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

function addressOf(context: CliContext, given: string | undefined): string {
  const address = given ?? loadCliSettings(context.env).controlPlane;
  if (URL.canParse(address)) return new URL(address).href.replace(/\/$/, '');
  throw new HoldshortError('request_malformed', 'The address of the control plane is missing, or no URL.', {
    advice: 'Give it with --control-plane https://...',
  });
}

async function start(context: CliContext, { controlPlane, joinTokenFile, json }: StartOptions): Promise<void> {
  const { home, env, cwd } = context;
  const running = readStartedAgent(home);
  if (running && (await answers(running))) {
    context.print(json, running, () => `The agent runs already (process ${running.pid}).`);
    return;
  }
  const address = addressOf(context, controlPlane ?? running?.controlPlane);
  const ready = await startAgent({
    ...{ home, env, program: loadCliSettings(env).agentProgram },
    joinTokenFile: joinTokenFile === undefined ? undefined : resolve(cwd, joinTokenFile),
  });
  const { pid, proxy: agentProxy, endpoint: agentEndpoint, admin: agentAdmin, ca } = ready;
  const started = { pid, controlPlane: address, agentProxy, agentEndpoint, agentAdmin, ca };
  writeStartedAgent(home, started);
  context.print(json, started, () => `The agent runs (process ${pid}), enrolled at ${address}.`);
}

async function stop(context: CliContext, json: boolean | undefined): Promise<void> {
  const running = readStartedAgent(context.home);
  // a process of that number that does not answer as the agent is somebody else's by now
  const stopped = running !== undefined && (await answers(running));
  if (stopped) process.kill(running.pid, 'SIGTERM');
  forgetStartedAgent(context.home);
  context.print(json, { stopped: stopped ? running.pid : null }, () =>
    stopped ? `The agent is told to stop (process ${running.pid}).` : 'No agent of `holdshort agent start` runs.',
  );
}

/** @param exit receives the exit code that a command asks for */
export function addLocalAgentCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const agent = program.command('agent').description('the agent of this workspace');
  agent
    .command('start')
    .description('start an agent for your account, enrolling it where it is new')
    .option('--control-plane <url>', 'its address, as people reach it; the one of the last start where left out')
    .option('--join-token-file <file>', 'the join token of the platform team; for the first start')
    .option('--json', 'print one JSON object')
    .addHelpText('after', START_HELP)
    .action((options: StartOptions) => start(context, options));
  agent
    .command('stop')
    .description('stop the agent that `agent start` has started; its state stays')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort agent stop')
    .action((options: { json?: boolean }) => stop(context, options.json));
  addAgentSpoolCommand(agent, context, exit);
}
