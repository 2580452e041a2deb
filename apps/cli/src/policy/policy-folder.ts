import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import type { PolicyCase, PolicySetSource, StarterName, StarterNames } from '@holdshort/policy';
import { readManifest } from './policy-manifest.js';

/** Where the text of a set begins in the file that it came from. */
export interface PlacedFile {
  /** As the reader would type it. */
  file: string;
  text: string;
  /** Line of the joined text at which it begins, from 1. */
  firstLine: number;
}

export interface PlacedCase {
  file: string;
  line: number;
}

/** A policy folder, read. */
export interface PolicyFolder {
  source: PolicySetSource;
  files: { access: PlacedFile[]; obligations: PlacedFile[] };
  /** By name of the case. */
  cases: ReadonlyMap<string, PlacedCase>;
  manifestFile: string;
  starter: { name: StarterName; version: string; names: Partial<StarterNames> } | undefined;
  problems: FolderProblem[];
}

export interface FolderProblem {
  file: string;
  line?: number;
  text: string;
}

const filesIn = (dir: string, ending: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir)
        .filter((name) => name.endsWith(ending))
        .sort()
        .map((name) => join(dir, name))
    : [];

function place(paths: readonly string[], cwd: string): PlacedFile[] {
  let line = 1;
  return paths.map((path) => {
    const text = readFileSync(path, 'utf8');
    const placed = { file: relative(cwd, path), text, firstLine: line };
    line += text.split('\n').length;
    return placed;
  });
}

const joined = (files: readonly PlacedFile[]): string => files.map(({ text }) => text).join('\n');

interface ReadCases {
  cases: PolicyCase[];
  places: [string, PlacedCase][];
  problems: FolderProblem[];
}

/** The line on which a case gives its name; JSON has no positions of its own. */
function lineOfName(text: string, name: string): number {
  const at = text.search(new RegExp(`"name"\\s*:\\s*${JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  return at === -1 ? 1 : text.slice(0, at).split('\n').length;
}

function parseCases(text: string, file: string): { value: unknown } | { problem: FolderProblem } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const said = error instanceof Error ? error.message : 'no JSON';
    const [, at] = /at position (\d+)/.exec(said) ?? [];
    const line = at === undefined ? 1 : text.slice(0, Number(at)).split('\n').length;
    return { problem: { file, line, text: `This is no JSON: ${said}` } };
  }
}

async function casesOfFile(path: string, cwd: string): Promise<ReadCases> {
  const { readCases } = await import('@holdshort/policy');
  const file = relative(cwd, path);
  const text = readFileSync(path, 'utf8');
  const parsed = parseCases(text, file);
  if ('problem' in parsed) return { cases: [], places: [], problems: [parsed.problem] };
  const { cases, problems } = readCases(parsed.value);
  return {
    cases,
    places: cases.map(({ name }) => [name, { file, line: lineOfName(text, name) }]),
    problems: problems.map((one) => ({ file, line: lineOfName(text, one.name), text: `${one.name}: ${one.text}` })),
  };
}

function repeated(places: readonly [string, PlacedCase][]): FolderProblem[] {
  return places
    .filter(([name], n) => places.findIndex(([other]) => other === name) !== n)
    .map(([name, { file, line }]) => ({ file, line, text: `${name}: The name is used twice.` }));
}

const missing = (dir: string): HoldshortError =>
  new HoldshortError('not_found', `There is no policy in ${dir}.`, {
    advice: 'Make one with `holdshort policy init --starter balanced`.',
  });

/**
 * Reads `policy.json`, `access/*.cedar`, `obligations/*.cedar` and `cases/*.json` of a folder.
 * @throws HoldshortError `not_found` where there is no `policy.json`
 */
export async function readPolicyFolder(dir: string, cwd: string): Promise<PolicyFolder> {
  const manifestPath = join(dir, 'policy.json');
  if (!existsSync(manifestPath)) throw missing(relative(cwd, dir) || dir);
  const manifestFile = relative(cwd, manifestPath);
  const { manifest, problems } = readManifest(readFileSync(manifestPath, 'utf8'), manifestFile);
  const files = {
    access: place(filesIn(join(dir, 'access'), '.cedar'), cwd),
    obligations: place(filesIn(join(dir, 'obligations'), '.cedar'), cwd),
  };
  const read = await Promise.all(filesIn(join(dir, 'cases'), '.json').map((path) => casesOfFile(path, cwd)));
  const places = read.flatMap((one) => one.places);
  const cases = read.flatMap((one) => one.cases);
  const { starter, ...settings } = manifest;
  return {
    source: {
      ...settings,
      access: joined(files.access),
      obligations: joined(files.obligations),
      ...(cases.length > 0 ? { cases } : {}),
    },
    files,
    cases: new Map(places),
    manifestFile,
    starter,
    problems: [...problems, ...read.flatMap((one) => one.problems), ...repeated(places)],
  };
}
