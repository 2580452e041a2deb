import { stat } from 'node:fs/promises';
import { UnreadableInput, trailItem, type TrailItem } from '@holdshort/audit-events';

/** What lies in an emitter's spool, delivered or not. */
export async function* spoolItems(dir: string): AsyncGenerator<TrailItem> {
  const found = await stat(dir).catch(() => undefined);
  if (!found?.isDirectory()) throw new UnreadableInput(`${dir} is no folder of a spool`);
  // loaded here only: no other command needs it
  const { readSpool } = await import('@holdshort/audit-publisher');
  for await (const item of readSpool(dir)) yield trailItem('event' in item ? item.event : item.checkpoint);
}
