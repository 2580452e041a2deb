import type { TimelineEntry } from '@holdshort/attribution';
import { printable } from '../table.js';

const short = (sha256: string): string => sha256.slice(0, 12);

function causeLine({ cause, human }: TimelineEntry): string[] {
  if (human !== undefined) return [`by a person: ${human}`];
  if (!cause) return [];
  return [`caused by prompt ${short(cause.promptSha256)} (${cause.confidence}: ${cause.evidence.join('; ')})`];
}

/** One line for each thing that happened, with what belongs to it below. @param texts of prompts, by digest */
export function timelineText(entries: readonly TimelineEntry[], texts: ReadonlyMap<string, string>): string {
  return entries
    .flatMap((entry) => {
      const { time, kind, title, details, promptSha256 } = entry;
      const prompt = promptSha256 === undefined ? [] : [promptSha256.slice(0, 12), ...promptLines(promptSha256, texts)];
      const below = [...prompt, ...details, ...causeLine(entry)].map((line) => `    ${printable(line)}`);
      return [`${time}  ${kind.padEnd(7)}  ${printable(title)}`, ...below];
    })
    .join('\n');
}

const promptLines = (sha256: string, texts: ReadonlyMap<string, string>): string[] =>
  texts
    .get(sha256)
    ?.split('\n')
    .map((line) => `> ${line}`) ?? [];
