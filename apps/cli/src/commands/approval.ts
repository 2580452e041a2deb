import type { Command } from 'commander';
import type { Approval } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { printable, table } from '../table.js';
import { addGrantCommands } from './approval-grant.js';

interface AnswerOptions {
  reason?: string;
  json?: boolean;
}

const gatesOf = (approval: Approval): string =>
  approval.gates.map((gate) => `${gate.name} ${gate.granted}/${gate.required} of ${gate.approvers}`).join(', ');

const row = (approval: Approval): string[] => [
  approval.id,
  approval.state,
  approval.human.login,
  approval.repo,
  approval.refs.map((change) => change.ref).join(' ') || approval.operation,
  gatesOf(approval),
];

const HEADER = ['APPROVAL', 'STATE', 'ENGINEER', 'REPOSITORY', 'WHAT', 'GATES'];

async function list(context: CliContext, options: { all?: boolean; json?: boolean }): Promise<void> {
  const approvals: Approval[] = [];
  const query = { state: options.all ? 'all' : 'pending', limit: 100 };
  for await (const approval of context.client().pages('GET /approvals', query, 'cursor')) approvals.push(approval);
  context.print(options.json, approvals, () =>
    approvals.length === 0 ? 'Nothing waits for approval.' : table(HEADER, approvals.map(row)),
  );
}

/** Everything that the answer is about: an approver must see what exactly is released. */
function describe(approval: Approval): string {
  const lines = [
    `${approval.id}: ${approval.state}`,
    `engineer:   ${approval.human.login} with ${approval.assistant ?? 'no assistant'}, session ${approval.session_id}`,
    `operation:  ${approval.operation} on ${approval.repo}`,
    ...approval.refs.flatMap((change) => [
      `ref:        ${change.ref} ${change.old.slice(0, 12)} -> ${change.new.slice(0, 12)} (${change.kind})`,
      ...(change.paths ?? []).map((path) => `            ${path}`),
    ]),
    ...(approval.findings ?? []).map(({ rule, path, line, excerpt }) =>
      `found:      ${rule} in ${path}:${String(line)} ${excerpt}`.trimEnd(),
    ),
    `digest:     ${approval.digest}`,
    `policy:     ${approval.policies.join(', ')} (${approval.policy_version})`,
    `gates:      ${gatesOf(approval)}`,
    ...approval.approvals.map(
      (answer) =>
        `answer:     ${answer.effect} by ${answer.by} at ${answer.at}${answer.reason ? `: ${answer.reason}` : ''}`,
    ),
    `expires:    ${approval.expires_at}`,
    ...(approval.state === 'pending' ? [`Answer with: holdshort approval approve ${approval.id}`] : []),
  ];
  return lines.map(printable).join('\n');
}

async function show(context: CliContext, id: string, json: boolean | undefined): Promise<void> {
  const approval = await context.client().call('GET /approvals/{id}', { path: { id } });
  context.print(json, approval, () => describe(approval));
}

async function answer(
  context: CliContext,
  id: string,
  verb: 'approve' | 'reject',
  { reason, json }: AnswerOptions,
): Promise<void> {
  const client = context.client();
  if (verb === 'approve') await client.call('POST /approvals/{id}/approve', { path: { id }, body: { reason } });
  else await client.call('POST /approvals/{id}/reject', { path: { id }, body: { reason: reason ?? '' } });
  const approval = await client.call('GET /approvals/{id}', { path: { id } });
  context.print(json, approval, () => `${approval.id} is ${approval.state}: ${printable(gatesOf(approval))}.`);
}

export function addApprovalCommands(program: Command, context: CliContext): void {
  const approval = program.command('approval').description('calls that wait for people');
  approval
    .command('list')
    .description('what waits now')
    .option('--all', 'answered ones too')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort approval list')
    .action((options: { all?: boolean; json?: boolean }) => list(context, options));
  approval
    .command('show')
    .description('one approval: refs, paths, digest, gates, answers')
    .argument('<id>', 'as `approval list` shows it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort approval show apr_1')
    .action((id: string, options: { json?: boolean }) => show(context, id, options.json));
  approval
    .command('approve')
    .description('release exactly this call, once')
    .argument('<id>', 'as `approval list` shows it')
    .option('--reason <text>', 'why')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort approval approve apr_1 --reason "read it with alice"')
    .action((id: string, options: AnswerOptions) => answer(context, id, 'approve', options));
  approval
    .command('reject')
    .description('refuse it; the reason is shown to the engineer and the assistant')
    .argument('<id>', 'as `approval list` shows it')
    .requiredOption('--reason <text>', 'why, and what to do instead')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort approval reject apr_1 --reason "pin the action to a commit"')
    .action((id: string, options: AnswerOptions) => answer(context, id, 'reject', options));
  addGrantCommands(approval, context);
}
