import { attribute, commitNode, factsOfEvents, pathsTo, type CausePath, type GraphNode } from '@holdshort/attribution';
import { HoldshortError } from '@holdshort/errors';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { printable } from '../table.js';
import { promptTexts } from '../timeline/prompt-texts.js';
import { sessionEvents, sessionsOfCommit } from '../timeline/session-events.js';

interface Why {
  commit: string;
  sessions: string[];
  paths: CausePath[];
  /** Operations that brought it and are a person's. */
  humans: { operation: string; evidence: string }[];
}

async function why(context: CliContext, sha: string): Promise<Why> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(sha))
    throw new HoldshortError('request_malformed', 'A commit is named by its full id, 40 or 64 hex digits.', {
      advice: 'git rev-parse NAME',
    });
  const commit = sha.toLowerCase();
  const sessions = await sessionsOfCommit(context, commit);
  const events = (await Promise.all(sessions.map((id) => sessionEvents(context, id)))).flat();
  const graph = attribute(factsOfEvents(events));
  const brought = new Set(graph.edges.filter(({ to }) => to === commitNode(commit)).map(({ from }) => from));
  const isHuman = (node: GraphNode): boolean => node.human !== undefined && brought.has(node.id);
  return {
    commit,
    sessions,
    paths: pathsTo(graph, commitNode(commit)),
    humans: graph.nodes.filter(isHuman).map(({ id, human = '' }) => ({ operation: id, evidence: human })),
  };
}

function words({ commit, sessions, paths, humans }: Why, texts: ReadonlyMap<string, string>): string {
  if (sessions.length === 0) return `No call through Holdshort names ${commit}.`;
  const lines = paths.flatMap(({ confidence, nodes, edges }) => [
    `${confidence}: ${nodes.map(shown).join(' -> ')}`,
    ...(texts.get(promptOf(nodes[0] ?? ''))?.split('\n') ?? []).map((line) => `  > ${line}`),
    ...edges.map((edge) => `    ${shown(edge.to)}: ${edge.confidence}, ${edge.evidence.join('; ')}`),
  ]);
  const people = humans.map(({ operation, evidence }) => `by a person: ${operation}, ${evidence}`);
  const none = paths.length + people.length === 0 ? ['No prompt is known for it.'] : [];
  return [`commit ${commit}, session ${sessions.join(', ')}`, ...lines, ...people, ...none].map(printable).join('\n');
}

const promptOf = (node: string): string => node.split(':').at(-1) ?? '';

/** `prompt 5891b5b522d5`, `call call_1`. */
const shown = (node: string): string => {
  const [kind = '', ...rest] = node.split(':');
  const id = rest.at(-1) ?? '';
  return `${kind} ${kind === 'call' || kind === 'operation' || kind === 'exchange' ? id : id.slice(0, 12)}`;
};

export function addCommitCommands(program: Command, context: CliContext): void {
  program
    .command('commit')
    .description('commits that passed Holdshort')
    .command('why')
    .description('which prompt caused a commit, how sure that is, and what it rests on')
    .argument('<sha>', 'full id of the commit')
    .option('--prompts', 'with the texts of prompts that were kept; each read is recorded')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort commit why $(git rev-parse HEAD)')
    .action(async (sha: string, options: { prompts?: boolean; json?: boolean }) => {
      const found = await why(context, sha);
      const texts = options.prompts ? await promptTexts(context, found.sessions) : new Map<string, string>();
      context.print(
        options.json,
        { ...found, ...(options.prompts ? { prompts: Object.fromEntries(texts) } : {}) },
        () => words(found, texts),
      );
    });
}
