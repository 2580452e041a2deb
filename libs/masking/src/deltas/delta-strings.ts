import { escapeAt, utf8Of } from '../text/json-escape.js';
import { jsonStrings } from './json-strings.js';

/** A part of a text that a model sends in many events. */
export interface Delta {
  /** Texts with the same name go on in the next event. */
  channel: string;
  text: Buffer;
  /** Raw bytes of the event that each byte of the text comes from. */
  places: readonly { from: number; to: number }[];
}

export interface EventDeltas {
  deltas: Delta[];
  /** Says nothing of any text: a ping or a comment between its parts. */
  isPause: boolean;
}

/** Strings beside the text, which say what it is. */
const ABOUT = new Set(['role', 'type', 'id', 'name', 'status', 'signature', 'stop_reason', 'finish_reason', 'model']);
/** What tells apart the texts of one answer: Anthropic's blocks, OpenAI's choices, outputs and tool calls. */
const TELLS_APART = /"(?:index|output_index|content_index|item_id)"\s{0,4}:\s{0,4}("?[\w.:-]{1,80})/g;

/** Anthropic: `delta.text`, `.partial_json`, `.thinking`; OpenAI: `choices[].delta.*`, `choices[].text`, and `delta` itself. */
const isDelta = (path: readonly (string | number)[]): boolean =>
  !ABOUT.has(String(path.at(-1))) && (path.includes('delta') || (path[0] === 'choices' && path.at(-1) === 'text'));

const DATA = /^data: ?/m;

function dataOf(event: Buffer): { from: number; to: number } | undefined {
  const text = event.toString('latin1');
  const found = DATA.exec(text);
  if (!found || DATA.test(text.slice(found.index + found[0].length))) return undefined;
  const from = found.index + found[0].length;
  const end = /[\r\n]/.exec(text.slice(from))?.index ?? text.length - from;
  return { from, to: from + end };
}

function deltaAt(raw: Buffer, start: number, end: number, channel: string): Delta {
  const bytes: number[] = [];
  const places: { from: number; to: number }[] = [];
  for (let at = start; at < end;) {
    const escape = escapeAt(raw, at, end);
    const found = typeof escape === 'object' ? escape : undefined;
    const place = { from: at, to: at + (found?.length ?? 1) };
    for (const byte of found ? utf8Of(found.unit) : [raw[at] as number]) {
      bytes.push(byte);
      places.push(place);
    }
    at = place.to;
  }
  return { channel, text: Buffer.from(bytes), places };
}

/** The parts of texts in one event. */
export function deltasOf(event: Buffer): EventDeltas {
  if (!event.includes('"delta"') && !event.includes('"choices"'))
    return { deltas: [], isPause: !event.includes('data:') || event.includes('"ping"') };
  const data = dataOf(event);
  if (!data) return { deltas: [], isPause: !event.includes('data:') };
  const raw = event.subarray(data.from, data.to);
  if (!parses(raw)) return { deltas: [], isPause: raw.includes('"ping"') };
  const apart = [...raw.toString('latin1').matchAll(TELLS_APART)].map(([, value]) => value).join();
  const deltas = jsonStrings(raw)
    .filter(({ path }) => isDelta(path))
    .map(({ path, start, end }) => deltaAt(event, data.from + start, data.from + end, `${path.join('.')} ${apart}`))
    .filter(({ text }) => text.length > 0);
  return { deltas, isPause: false };
}

function parses(raw: Buffer): boolean {
  try {
    JSON.parse(raw.toString('utf8'));
    return true;
  } catch {
    return false; // masked within itself all the same
  }
}
