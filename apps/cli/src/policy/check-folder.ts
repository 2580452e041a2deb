import type { CaseResult, PolicyProblem, PolicySet } from '@holdshort/policy';
import type { FolderProblem, PlacedFile, PolicyFolder } from './policy-folder.js';

/** A folder as checked on this machine, by the same code as the control plane's. */
export interface CheckedFolder {
  set: PolicySet | undefined;
  problems: FolderProblem[];
  results: CaseResult[];
}

/** A position in the joined text as file and line. */
function placeOf(files: readonly PlacedFile[], line: number): { file: string; line: number } | undefined {
  const found = files.findLast((file) => file.firstLine <= line);
  return found && { file: found.file, line: line - found.firstLine + 1 };
}

function locate({ set, policy, position, text }: PolicyProblem, folder: PolicyFolder): FolderProblem {
  const files = set === 'access' || set === 'obligations' ? folder.files[set] : [];
  const place = position === undefined ? undefined : placeOf(files, position.line);
  return { file: folder.manifestFile, ...(place ?? {}), text: `${policy}: ${text}` };
}

/** Loads the set and asks it its cases; nothing leaves this machine. */
export async function checkFolder(folder: PolicyFolder): Promise<CheckedFolder> {
  const { loadPolicySet, PolicyProblemsError, runCases } = await import('@holdshort/policy');
  if (folder.problems.length > 0) return { set: undefined, problems: folder.problems, results: [] };
  try {
    const set = loadPolicySet(folder.source);
    return { set, problems: [], results: runCases(set, folder.source.cases ?? []) };
  } catch (error) {
    if (!(error instanceof PolicyProblemsError)) throw error;
    return { set: undefined, problems: error.problems.map((problem) => locate(problem, folder)), results: [] };
  }
}

/** `policy/access/main.cedar:12: no-issues: A forbid needs @message ...`, as editors and CI know it. */
export const problemLine = ({ file, line, text }: FolderProblem): string =>
  line === undefined ? `${file}: ${text}` : `${file}:${line}: ${text}`;
