import { branchRef } from '../names.js';
import {
  at,
  commentInAddress,
  effect,
  NO_OBJECT,
  numberAt,
  numberInAddress,
  oidAt,
  stateAction,
  textAt,
  type Effect,
} from './effect.js';

type Reader = (args: unknown, result: unknown) => Effect[];

const branch = (args: unknown): string | undefined => branchRef(textAt(args, 'branch') ?? '');
const numbered = (result: unknown): number | undefined =>
  numberAt(result, 'number') ?? numberInAddress(textAt(result, 'html_url') ?? textAt(result, 'url'));

const commitMade: Reader = (args, result) => [
  effect({
    kind: 'ref',
    action: 'update',
    ref: branch(args),
    old: oidAt(result, 'commit', 'parents', 0, 'sha'),
    new: oidAt(result, 'commit', 'sha'),
  }),
];

const issueWritten: Reader = (args, result) =>
  textAt(args, 'method') === 'create'
    ? [effect({ kind: 'issue', action: 'create', number: numbered(result) })]
    : [
        effect({
          kind: 'issue',
          action: stateAction(textAt(args, 'state')) ?? 'update',
          number: numberAt(args, 'issue_number'),
        }),
      ];

const TOOLS: Readonly<Record<string, Reader>> = {
  create_or_update_file: commitMade,
  delete_file: commitMade,
  push_files: (args, result) => [
    effect({ kind: 'ref', action: 'update', ref: branch(args), new: oidAt(result, 'object', 'sha') }),
  ],
  create_branch: (args, result) => [
    effect({
      kind: 'ref',
      action: 'create',
      ref: branch(args),
      old: NO_OBJECT,
      new: oidAt(result, 'object', 'sha'),
    }),
  ],
  create_pull_request: (args, result) => [
    effect({
      kind: 'pull',
      action: 'create',
      number: numbered(result),
      ref: branchRef(textAt(args, 'head') ?? ''),
    }),
  ],
  merge_pull_request: (args, result) => [
    effect({ kind: 'pull', action: 'merge', number: numberAt(args, 'pullNumber'), new: oidAt(result, 'sha') }),
  ],
  update_pull_request: (args) => [
    effect({
      kind: 'pull',
      action: stateAction(textAt(args, 'state')) ?? 'update',
      number: numberAt(args, 'pullNumber'),
    }),
  ],
  issue_write: issueWritten,
  create_issue: (_args, result) => [effect({ kind: 'issue', action: 'create', number: numbered(result) })],
  add_issue_comment: (args, result) => [
    effect({
      kind: 'comment',
      action: 'create',
      number: numberAt(args, 'issue_number'),
      id: numberAt(result, 'id')?.toString() ?? commentInAddress(textAt(result, 'html_url') ?? textAt(result, 'url')),
    }),
  ],
};

/** The text of a tool's result, which GitHub's server writes as JSON. */
function resultOf(message: unknown): unknown {
  const text = textAt(message, 'result', 'content', 0, 'text');
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined; // words, not JSON: they say nothing that could be read surely
  }
}

/** @param request the message, or a batch @param answers the messages of the answer, in any order */
export function mcpEffects(request: unknown, answers: readonly unknown[]): Effect[] {
  return [request].flat().flatMap((message) => {
    const answer = answers.find((one) => at(one, 'id') === at(message, 'id'));
    const failed = at(answer, 'result') === undefined || at(answer, 'result', 'isError') === true;
    const name = textAt(message, 'params', 'name') ?? '';
    if (at(message, 'method') !== 'tools/call' || failed || !Object.hasOwn(TOOLS, name)) return [];
    return TOOLS[name]?.(at(message, 'params', 'arguments'), resultOf(answer)) ?? [];
  });
}
