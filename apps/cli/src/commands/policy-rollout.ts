import { setTimeout as delay } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { HoldshortError } from '@holdshort/errors';
import type { PolicySetSource, StarterName, StarterNames } from '@holdshort/policy';
import type { PolicySummary } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';
import { problemLine } from '../policy/check-folder.js';
import { describeSimulation } from '../policy/policy-api.js';
import { printable } from '../table.js';
import { checkedFolder, CHOICE, namesOf, starterOption } from './policy-folder.js';

interface ApplyOptions {
  starter?: StarterName;
  org?: string;
  engineers?: string;
  security?: string;
  note?: string;
  activate?: boolean;
  reason?: string;
  json?: boolean;
}

interface SimulateOptions {
  since: Date;
  maxFlips?: number;
  json?: boolean;
}

interface Origin {
  name: StarterName;
  version: string;
  names: Partial<StarterNames>;
}

interface Candidate {
  source: PolicySetSource;
  starter: Origin | undefined;
}

/** A starter set as it is built into this CLI, or a folder that has been checked here. */
async function candidate(context: CliContext, dir: string, options: ApplyOptions): Promise<Candidate> {
  if (options.starter !== undefined) {
    const { starterSet, versionOf } = await import('@holdshort/policy');
    const names = namesOf({ ...options, starter: options.starter });
    const source = starterSet(options.starter, names);
    return { source, starter: { name: options.starter, version: versionOf(source), names } };
  }
  const { folder, checked } = await checkedFolder(context, dir);
  if (checked.set) return { source: folder.source, starter: folder.starter };
  throw new HoldshortError('request_malformed', checked.problems.map(problemLine).map(printable).join('\n'), {
    advice: 'Nothing was stored.',
  });
}

/** Stores it as a draft, or finds it again: the same content is the same version. */
function save(context: CliContext, { source, starter }: Candidate, note?: string): Promise<PolicySummary> {
  const { repositorySets, ...texts } = source;
  return context.client().call('POST /policies', {
    body: {
      ...texts,
      ...(repositorySets ? { repository_sets: repositorySets } : {}),
      ...(note === undefined ? {} : { note }),
      ...(starter ? { starter: starter.name, starter_version: starter.version, starter_names: starter.names } : {}),
    },
  });
}

async function apply(context: CliContext, dir: string, options: ApplyOptions): Promise<void> {
  const saved = await save(context, await candidate(context, dir, options), options.note);
  const reason = options.reason ?? options.note ?? 'holdshort policy apply';
  const policy =
    options.activate && saved.state !== 'active'
      ? await context.client().call('POST /policies/{id}/activate', { path: { id: saved.version }, body: { reason } })
      : saved;
  context.print(options.json, policy, () =>
    [
      `${policy.version} (${printable(policy.name)}) is ${policy.state}.`,
      ...(policy.state === 'draft'
        ? [
            `Next: \`holdshort policy simulate ${policy.version}\`, then \`holdshort policy activate ${policy.version} --reason "..."\`.`,
          ]
        : []),
    ].join('\n'),
  );
}

const UNIT_MS = { h: 3_600_000, d: 86_400_000 } as const;
const POLL_MS = 250;

/** `24h` or `7d` before now. */
function since(text: string): Date {
  const match = /^([1-9][0-9]{0,4})([hd])$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must read like 24h or 7d.');
  return new Date(Date.now() - Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

function whole(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

async function simulate(
  context: CliContext,
  exit: (code: number) => void,
  target: string,
  options: SimulateOptions,
): Promise<void> {
  const from = options.since.toISOString();
  const version = target.startsWith('sha256:')
    ? target
    : (await save(context, await candidate(context, target, {}), 'to be simulated')).version;
  const client = context.client();
  let result = await client.call('POST /simulations', { body: { version, from } });
  while (result.state === 'running') {
    await delay(POLL_MS);
    result = await client.call('GET /simulations/{id}', { path: { id: result.id } });
  }
  context.print(options.json, result, () => describeSimulation(result));
  const tooMany = options.maxFlips !== undefined && (result.report?.flips ?? 0) > options.maxFlips;
  if (result.state === 'failed' || tooMany) exit(EXIT.refused);
}

async function breakGlass(
  context: CliContext,
  session: string,
  { reason, minutes, json }: { reason: string; minutes: number; json?: boolean },
): Promise<void> {
  const body = { session_id: session, reason, minutes };
  const opened = await context.client().call('POST /policies/break-glass', { body });
  context.print(json, opened, () => `The emergency way of ${printable(session)} is open until ${opened.expires_at}.`);
}

/** Commands that bring a folder to the control plane. */
export function addPolicyRolloutCommands(policy: Command, context: CliContext, exit: (code: number) => void): void {
  policy
    .command('apply')
    .description('store a folder or a starter set as a version; its cases must pass')
    .argument('[folder]', 'made by `policy init`', 'policy')
    .addOption(starterOption())
    .option('--org <name>', 'with --starter: organisation on GitHub')
    .option('--engineers <group>', 'with --starter: group of the engineers')
    .option('--security <group>', 'with --starter: group that approves what is grave')
    .option('--note <text>', 'why, for whoever reviews it')
    .option('--activate', 'bring it into force at once')
    .option('--reason <text>', 'with --activate: why; kept in the audit trail')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `${CHOICE}\n\nExample:\n  holdshort policy apply policy --activate --reason "reviewed in PR 12"`,
    )
    .action((dir: string, options: ApplyOptions) => apply(context, dir, options));
  policy
    .command('simulate')
    .description('which recorded decisions a folder or a version would decide otherwise')
    .argument('[folder-or-version]', 'a folder is stored as a draft', 'policy')
    .option('--since <time>', 'how far back: 24h, 7d; 7d where left out', since, since('7d'))
    .option('--max-flips <n>', 'exit with 1 where more are decided otherwise', whole)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy simulate policy --since 7d --max-flips 0')
    .action((target: string, options: SimulateOptions) => simulate(context, exit, target, options));
  policy
    .command('break-glass')
    .description('open the emergency way for one session of somebody else, for a while')
    .argument('<session>', 'as `session list` shows it')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option('--minutes <n>', 'at most 240', whole, 30)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy break-glass ses_1 --reason "incident 42" --minutes 30')
    .action((session: string, options: { reason: string; minutes: number; json?: boolean }) =>
      breakGlass(context, session, options),
    );
}
