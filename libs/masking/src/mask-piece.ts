import type { Span, SpanList } from './span-list.js';
import { bytesOf, quantumAt, writeBytes } from './text/base64.js';
import { RUN, RUN_SIZE } from './text/text-builder.js';

/** A part of the answer that waits for what is found in its text. */
export interface Piece {
  raw: Buffer;
  /** As `TextBuilder` has them. */
  runs: readonly number[];
  textStart: number;
  textEnd: number;
}

const STAR = 0x2a;
const LF = 0x0a;
const CR = 0x0d;

interface Run {
  kind: number;
  from: number;
  to: number;
  textStart: number;
  textEnd: number;
}

function* runsOf({ runs, textStart, textEnd }: Piece): Iterable<Run> {
  for (let at = 0; at < runs.length; at += RUN_SIZE) {
    const [kind = 0, from = 0, to = 0, start = 0] = runs.slice(at, at + RUN_SIZE);
    const next = runs[at + 2 * RUN_SIZE - 1];
    yield { kind, from, to, textStart: textStart + start, textEnd: next === undefined ? textEnd : textStart + next };
  }
}

/** Line ends stay, so that lines keep their numbers. */
function star(out: Buffer, from: number, to: number): boolean {
  let changed = false;
  for (let at = from; at < to; at++) {
    if (out[at] === LF || out[at] === CR) continue;
    out[at] = STAR;
    changed = true;
  }
  return changed;
}

function maskBase64(out: Buffer, raw: Buffer, run: Run, spans: readonly Span[]): void {
  let text = run.textStart;
  for (let at = run.from; at < run.to;) {
    const quantum = quantumAt(raw, at, run.to, run.kind === RUN.nestedBase64);
    if (!quantum || quantum.end < 0) return;
    const bytes = bytesOf(quantum.values);
    const masked = bytes.map((byte, index) => (isLine(byte) || !covers(spans, text + index) ? byte : STAR));
    if (masked.some((byte, index) => byte !== bytes[index])) writeBytes(out, quantum.places, masked);
    text += bytes.length;
    at = quantum.end;
  }
}

const isLine = (byte: number): boolean => byte === LF || byte === CR;
const covers = (spans: readonly Span[], at: number): boolean => spans.some(({ start, end }) => start <= at && at < end);

function maskRun(out: Buffer, raw: Buffer, run: Run, spans: readonly Span[]): void {
  if (run.kind === RUN.text)
    for (const { start, end } of spans) star(out, run.from + start - run.textStart, run.from + end - run.textStart);
  else if (run.kind === RUN.escape) star(out, run.from, run.to);
  else if (isBase64(run)) maskBase64(out, raw, run, spans);
}

const isBase64 = ({ kind }: Run): boolean => kind === RUN.base64 || kind === RUN.nestedBase64;

/** The same bytes read as text and as base64: where the decoded form holds something, that is what is masked. */
const isReadAgain = (run: Run, later: Run | undefined, found: SpanList): boolean =>
  later !== undefined && isBase64(later) && later.from === run.from && found.touches(later.textStart, later.textEnd);

/** The bytes of the piece, as many as before, with everything that was found in it masked. */
export function maskPiece(piece: Piece, found: SpanList): Buffer {
  const { raw, textStart, textEnd } = piece;
  const isTouched = found.touches(textStart, textEnd);
  if (!isTouched && !hasField(piece.runs)) return raw;
  const out = Buffer.from(raw);
  const runs = [...runsOf(piece)];
  runs.forEach((run, index) => {
    if (run.kind === RUN.field) star(out, run.from, run.to);
    if (!isTouched || run.kind === RUN.kept || run.kind === RUN.field) return;
    if (isReadAgain(run, runs[index + 2], found) || !found.touches(run.textStart, run.textEnd)) return;
    maskRun(out, raw, run, found.take(run.textStart, run.textEnd));
  });
  return out;
}

function hasField(runs: readonly number[]): boolean {
  for (let at = 0; at < runs.length; at += RUN_SIZE) if (runs[at] === RUN.field) return true;
  return false;
}
