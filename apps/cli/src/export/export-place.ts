import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { HoldshortError } from '@holdshort/errors';

/** How far an export into a file has come; beside the file until it is complete. */
export interface ExportPlace {
  /** What is exported; an export of something else must not be appended. */
  query: string;
  after: string;
  bytes: number;
  events: number;
}

const pathOf = (output: string): string => `${output}.partial.json`;

export function savePlace(output: string, place: ExportPlace): void {
  writeFileSync(`${pathOf(output)}.new`, JSON.stringify(place), { mode: 0o600 });
  renameSync(`${pathOf(output)}.new`, pathOf(output));
}

export function forgetPlace(output: string): void {
  rmSync(pathOf(output), { force: true });
}

/** @throws HoldshortError `request_malformed` where there is nothing to resume, or another export */
export function loadPlace(output: string, query: string): ExportPlace {
  const place = readPlace(pathOf(output));
  if (place?.query === query) return place;
  const words = place ? 'The export to be resumed had other filters.' : 'There is no export to be resumed.';
  throw new HoldshortError('request_malformed', words, { advice: 'Run it without --resume, from the start.' });
}

const readPlace = (path: string): ExportPlace | undefined =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ExportPlace) : undefined;
