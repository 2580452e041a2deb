import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableInput, type KeptTimeStamp } from '@holdshort/audit-events';

/**
 * Anchors from a copy that the control plane cannot change: the file of `HOLDSHORT_AUDIT_ANCHOR_FILE`, or a folder of such
 * files or of one object an hour (`aws s3 sync s3://BUCKET/PREFIX DIR`).
 * @throws UnreadableInput where there is none
 */
export async function outsideAnchors(place: string): Promise<unknown[]> {
  const found = await stat(place).catch(() => undefined);
  if (!found) throw new UnreadableInput(`${place} with the anchors is not there`);
  const files = found.isDirectory() ? (await readdir(place)).sort().map((name) => join(place, name)) : [place];
  const values: unknown[] = [];
  for (const file of files)
    if (/\.(json|ndjson|jsonl)$/.test(file) || files.length === 1) values.push(...(await inFile(file)));
  const stamps = new Map(values.filter(isTimeStamp).map(({ hour, time_stamp: stamp }) => [hour, stamp]));
  const anchors = values.filter((value) => !isTimeStamp(value));
  if (anchors.length === 0) throw new UnreadableInput(`${place} holds no anchor`);
  return anchors.map((value) => withTimeStamp(value, stamps));
}

const isTimeStamp = (value: unknown): value is KeptTimeStamp =>
  typeof value === 'object' && value !== null && 'time_stamp' in value && 'hour' in value;

function withTimeStamp(value: unknown, stamps: ReadonlyMap<string, string>): unknown {
  const hour = (value as { anchor?: { hour?: unknown } } | null)?.anchor?.hour;
  const stamp = typeof hour === 'string' ? stamps.get(hour) : undefined;
  return stamp === undefined ? value : { ...(value as object), time_stamp: stamp };
}

async function inFile(file: string): Promise<unknown[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line, place) => inLine(line, place === lines.length - 1, file));
}

/** A crash of the control plane leaves at most a torn line, which was written again on the next one. */
function inLine(line: string, isLast: boolean, file: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    if (isLast || line.startsWith('{"name":')) return [];
    throw new UnreadableInput(`${file} has a line that is not JSON`);
  }
  const { text } = value as { text?: unknown };
  if (typeof text !== 'string') return [value];
  return [JSON.parse(text) as unknown];
}
