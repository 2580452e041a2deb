import { EventLoopPause, newContents, type NewContent } from '@holdshort/git-wire';
import { ContentScanner, pathKind, type ScanPolicy } from '@holdshort/secret-scan';
import type { Push } from '../push/push.js';
import { Findings, type Finding } from './finding.js';
import { ShownNames } from './shown-names.js';

/** A secret in a file that the push has under many names is shown under the first of them. */
const MAX_NAMES = 3;

/** Of a content that was scanned ahead only the names are left to be looked at. */
const NOTHING: readonly Buffer[] = [];

export interface ScannedPush {
  findings: Finding[];
  names: ShownNames;
}

/**
 * Scans everything that a push brings: each new blob in each of its commits, not only what is there at the end, commit
 * and tag messages, and the names of files and refs. Costs what the push weighs.
 */
export async function scanPush(push: Push, policy: ScanPolicy): Promise<ScannedPush> {
  const findings = new Findings();
  const pause = new EventLoopPause(1);
  const names = new ShownNames(namesOf(push), policy);
  findings.add(names.findings);
  const { pack, contents } = push;
  if (pack && contents)
    for await (const content of newContents(pack, contents)) {
      const paths = namesOfContent(content);
      const left = push.ahead.foundNothing(content.id, paths) ? { ...content, chunks: NOTHING } : content;
      findings.add(await scanContent(left, paths, policy, pause));
    }
  return { findings: findings.list(), names };
}

/** Refs, and changed files as far as the summary lists them; the scanner looks at the names of new files besides. */
function* namesOf({ commands, summary, changes }: Push): Iterable<string> {
  for (const { ref } of commands.commands) yield ref;
  for (const { changedPaths } of changes)
    for (const { path, from } of changedPaths) {
      yield path;
      if (from !== undefined) yield from;
    }
  for (const { changedPaths } of summary.refs) yield* changedPaths;
}

async function scanContent(
  content: { chunks: NewContent['chunks'] | readonly Buffer[] },
  names: readonly string[],
  policy: ScanPolicy,
  pause: EventLoopPause,
): Promise<Finding[]> {
  // what a file tells an assistant depends on its name: of several, the one that makes it instructions
  const [first = ''] = [...names].sort((a, b) => weight(b) - weight(a));
  const scanner = new ContentScanner(first, policy);
  for await (const chunk of content.chunks) {
    scanner.push(chunk);
    if (pause.due()) await pause.take();
  }
  return scanner.end().flatMap((finding) => underAllNames(finding, first, names));
}

/** What the scanner has redacted stays so. */
function underAllNames(finding: Finding, first: string, names: readonly string[]): Finding[] {
  if (finding.path !== first) return [finding];
  return [...new Set([first, ...names])].slice(0, MAX_NAMES).map((path) => ({ ...finding, path }));
}

const weight = (path: string): number => ({ instructions: 2, source: 1, other: 0 })[pathKind(path)];

function namesOfContent({ kind, id, paths, pathsComplete }: NewContent): string[] {
  if (kind !== 'blob') return [`${kind} ${id.slice(0, 12)}`];
  // with too many paths to remember, the blob may be an instruction file as well
  if (!pathsComplete) return [...paths, 'AGENTS.md'];
  return paths.length > 0 ? paths : [`blob ${id.slice(0, 12)}`];
}
