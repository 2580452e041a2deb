import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { PolicyActivation, PolicyDiff, PolicySummary } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-code.js';
import { describeDiff, describePolicies, isDifferent } from '../policy/policy-api.js';
import { readPolicyFolder, type PolicyFolder } from '../policy/policy-folder.js';
import { printable, table } from '../table.js';

interface Output {
  json?: boolean;
}

interface ActivationOptions extends Output {
  reason: string;
  atOnce?: boolean;
}

const activationBody = ({ reason, atOnce }: ActivationOptions) => ({ reason, ...(atOnce ? { at_once: true } : {}) });

const AT_ONCE = [
  '--at-once',
  'revoke credentials of the policy before now, calls under way included, instead of within 25 s',
] as const;

async function list(context: CliContext, { json }: Output): Promise<void> {
  const policies: PolicySummary[] = [];
  for await (const policy of context.client().pages('GET /policies', { limit: 100 }, 'cursor')) policies.push(policy);
  context.print(json, policies, () => describePolicies(policies));
}

async function show(context: CliContext, version: string | undefined, { json }: Output): Promise<void> {
  const policy = await context.client().call('GET /policies/{id}', { path: { id: version ?? 'active' } });
  const { access, obligations, ...settings } = policy.source;
  const words = [access, obligations].map((text) => text.split('\n').map(printable).join('\n'));
  context.print(json, policy, () =>
    [
      describePolicies([policy]),
      '',
      ...words,
      `// settings: ${JSON.stringify({ ...settings, cases: policy.cases })}`,
    ].join('\n'),
  );
}

async function history(context: CliContext, { json }: Output): Promise<void> {
  const entries: PolicyActivation[] = [];
  for await (const entry of context.client().pages('GET /policies/activations', { limit: 100 }, 'cursor'))
    entries.push(entry);
  context.print(json, entries, () =>
    table(
      ['AT', 'VERSION', 'BEFORE', 'BY', 'REASON'],
      entries.map(({ at, version, previous, by, reason }) => [at, version, previous ?? '-', by ?? '-', reason]),
    ),
  );
}

/** What a folder would change of a version, computed here: nothing is stored for it. */
async function diffOfFolder(context: CliContext, folder: PolicyFolder, against: string): Promise<PolicyDiff> {
  const { diffPolicySets, readCases, versionOf } = await import('@holdshort/policy');
  const { source, name, version } = await context.client().call('GET /policies/{id}', { path: { id: against } });
  const { access, obligations, zone, observe, repository_sets: repositorySets } = source;
  const before = { name, access, obligations, zone, observe, repositorySets, cases: readCases(source.cases).cases };
  return { from: version, to: versionOf(folder.source), ...diffPolicySets(before, folder.source) };
}

async function diff(
  context: CliContext,
  exit: (code: number) => void,
  target: string | undefined,
  options: Output & { against?: string; exitCode?: boolean },
): Promise<void> {
  const isVersion = target?.startsWith('sha256:') ?? false;
  const found = isVersion
    ? await context
        .client()
        .call('GET /policies/{id}/diff', { path: { id: target ?? '' }, query: { against: options.against } })
    : await diffOfFolder(
        context,
        await readPolicyFolder(resolve(context.cwd, target ?? 'policy'), context.cwd),
        options.against ?? 'active',
      );
  context.print(options.json, found, () => describeDiff(found));
  if (options.exitCode && isDifferent(found)) exit(EXIT.refused);
}

/** One step of a version's life. */
async function step(context: CliContext, taken: Promise<PolicySummary>, { json }: Output): Promise<void> {
  const policy = await taken;
  context.print(json, policy, () => `${policy.version} (${printable(policy.name)}) is ${policy.state}.`);
}

type ReviewOptions = Output & { approve?: boolean; reject?: boolean; note?: string };

async function review(
  context: CliContext,
  version: string,
  { approve, note, ...output }: ReviewOptions,
): Promise<void> {
  const body = { approve: approve === true, note: note === '' ? undefined : note };
  await step(context, context.client().call('POST /policies/{id}/review', { path: { id: version }, body }), output);
}

function addReadingCommands(policy: Command, context: CliContext, exit: (code: number) => void): void {
  policy
    .command('list')
    .description('all versions, newest first')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort policy list')
    .action((options: Output) => list(context, options));
  policy
    .command('show')
    .description('one version with its texts; the active one by default')
    .argument('[version]', 'as `policy list` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy show')
    .action((version: string | undefined, options: Output) => show(context, version, options));
  policy
    .command('history')
    .description('what came into force when, by whom and why')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort policy history')
    .action((options: Output) => history(context, options));
  policy
    .command('diff')
    .description('what a folder or a version would change of the active one')
    .argument('[folder-or-version]', 'the folder `policy` by default')
    .option('--against <version>', 'compare with this version')
    .option('--exit-code', 'exit with 1 where there is a difference')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy diff policy --exit-code')
    .action((target: string | undefined, options: Output) => diff(context, exit, target, options));
}

function addChangingCommands(policy: Command, context: CliContext): void {
  policy
    .command('submit')
    .description('ask somebody else to review a draft')
    .argument('<version>', 'as `policy list` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy submit sha256:0123456789ab')
    .action((version: string, options: Output) =>
      step(context, context.client().call('POST /policies/{id}/submit', { path: { id: version } }), options),
    );
  policy
    .command('review')
    .description('approve or reject what somebody else has submitted')
    .argument('<version>', 'as `policy list` shows it')
    .addOption(new Option('--approve', 'agree').conflicts('reject'))
    .option('--reject', 'do not agree')
    .option('--note <text>', 'why')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy review sha256:0123456789ab --approve')
    .action((version: string, options: ReviewOptions, command: Command) => {
      if (!options.approve && !options.reject) command.error('error: say either --approve or --reject');
      return review(context, version, options);
    });
  policy
    .command('activate')
    .description('bring a version into force, on every replica')
    .argument('<version>', 'as `policy list` shows it')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option(...AT_ONCE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy activate sha256:0123456789ab --reason "agreed on Monday"')
    .action((version: string, options: ActivationOptions) => {
      const input = { path: { id: version }, body: activationBody(options) };
      return step(context, context.client().call('POST /policies/{id}/activate', input), options);
    });
  policy
    .command('rollback')
    .description('go back to what was in force before')
    .requiredOption('--reason <text>', 'why; kept in the audit trail')
    .option(...AT_ONCE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort policy rollback --reason "builds are held"')
    .action((options: ActivationOptions) =>
      step(context, context.client().call('POST /policies/rollback', { body: activationBody(options) }), options),
    );
}

/** Commands on the versions that the control plane keeps. */
export function addPolicyVersionCommands(policy: Command, context: CliContext, exit: (code: number) => void): void {
  addReadingCommands(policy, context, exit);
  addChangingCommands(policy, context);
}
