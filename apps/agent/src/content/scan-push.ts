import { newContents, type NewContent } from '@holdshort/git-wire';
import { ContentScanner, isInstructionFile, scanText, type ScanPolicy } from '@holdshort/secret-scan';
import type { Push } from '../push/push.js';
import { Findings, type Finding } from './finding.js';
import { Pause } from './pause.js';

/** A secret in a file that the push has under many names is shown under the first of them. */
const MAX_NAMES = 3;

/**
 * Scans everything that a push brings: each new blob in each of its commits, not only what is there at the end, commit
 * and tag messages, and the names of files and refs. Costs what the push weighs.
 */
export async function scanPush(push: Push, policy: ScanPolicy): Promise<Finding[]> {
  const findings = new Findings();
  const pause = new Pause();
  for (const { ref } of push.commands.commands) findings.add(scanText(Buffer.from(ref), `name of ${ref}`, policy));
  findings.add(namesOf(push).flatMap((path) => scanText(Buffer.from(path), path, policy).map(ofTheName)));
  const { pack, contents } = push;
  if (!pack || !contents) return findings.list();
  for await (const content of newContents(pack, contents)) {
    findings.add(await scanContent(content, policy, pause));
  }
  return findings.list();
}

const ofTheName = (finding: Finding): Finding => ({ ...finding, line: 0 });

/** Names of changed files, as far as the summary lists them. */
const namesOf = ({ changes }: Push): string[] => [
  ...new Set(changes.flatMap(({ changedPaths }) => changedPaths.map(({ path }) => path))),
];

async function scanContent(content: NewContent, policy: ScanPolicy, pause: Pause): Promise<Finding[]> {
  const names = namesOfContent(content);
  // what a file tells an assistant depends on its name: of several, the one that makes it instructions
  const [first = ''] = [...names].sort((a, b) => Number(isInstructionFile(b)) - Number(isInstructionFile(a)));
  const scanner = new ContentScanner(first, policy);
  for await (const chunk of content.chunks) {
    scanner.push(chunk);
    if (pause.due()) await pause.take();
  }
  const found = scanner.end();
  if (found.length === 0) return [];
  return [...new Set([first, ...names])].slice(0, MAX_NAMES).flatMap((path) => found.map((one) => ({ ...one, path })));
}

function namesOfContent({ kind, id, paths, pathsComplete }: NewContent): string[] {
  if (kind !== 'blob') return [`${kind} ${id.slice(0, 12)}`];
  // with too many paths to remember, the blob may be an instruction file as well
  if (!pathsComplete) return [...paths, 'AGENTS.md'];
  return paths.length > 0 ? paths : [`blob ${id.slice(0, 12)}`];
}
