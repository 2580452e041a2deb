import { writeFile } from 'node:fs/promises';
import { timelineOf, type TimelineKind } from '@holdshort/attribution';
import { HoldshortError } from '@holdshort/errors';
import type { CliContext } from '../cli-context.js';
import { promptTexts } from '../timeline/prompt-texts.js';
import { sessionEvents } from '../timeline/session-events.js';
import { timelineHtml } from '../timeline/timeline-html.js';
import { timelineText } from '../timeline/timeline-text.js';

export interface TimelineOptions {
  prompts?: boolean;
  html?: string;
  only?: string;
  json?: boolean;
}

const KINDS: readonly TimelineKind[] = [
  'session',
  'prompt',
  'answer',
  'call',
  'read',
  'write',
  'hold',
  'refused',
  'other',
];

function kindsOf(only: string | undefined): readonly string[] {
  const kinds = only?.split(',').map((kind) => kind.trim()) ?? KINDS;
  const unknown = kinds.find((kind) => !KINDS.some((known) => known === kind));
  if (unknown === undefined) return kinds;
  throw new HoldshortError('request_malformed', `There is no kind "${unknown}".`, {
    advice: `One of ${KINDS.join(', ')}.`,
  });
}

/** What happened in a session, in order; as text, JSON, or a page that needs nothing else. */
export async function showTimeline(context: CliContext, id: string, options: TimelineOptions): Promise<void> {
  const kinds = kindsOf(options.only);
  const entries = timelineOf(await sessionEvents(context, id)).filter(({ kind }) => kinds.includes(kind));
  const texts = options.prompts ? await promptTexts(context, [id]) : new Map<string, string>();
  if (options.html !== undefined)
    await writeFile(options.html, timelineHtml(`Session ${id}`, entries, texts), { mode: 0o600 });
  const prompts = options.prompts ? { prompts: Object.fromEntries(texts) } : {};
  context.print(options.json, { session_id: id, entries, ...prompts }, () =>
    options.html === undefined
      ? timelineText(entries, texts) || 'Nothing is recorded of it.'
      : `Written: ${options.html}`,
  );
}
