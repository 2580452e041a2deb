import { encodePktLine, FLUSH_PKT, PktLineParser } from './pkt-line.js';
import type { PktLine } from './pkt-line.js';
import { encodeSideband } from './sideband.js';
import type { SidebandMode } from './sideband.js';

export type RefResult = { ref: string; ok: true } | { ref: string; ok: false; reason: string };

/** git shows a reason on one line of a terminal; longer ones say no more. */
const MAX_REASON = 1000;

/**
 * The complete body that answers a push, flush included: what `git push` shows as `[remote rejected] ... (reason)`.
 * Refs of `commands` without a result are reported as failed, so that none is silently missing.
 *
 * @param unpack `ok`, or why the whole pack was refused; git then exits 1 whatever the refs say
 */
export function encodeReport(
  commands: readonly { ref: string }[],
  results: readonly RefResult[],
  unpack: string,
  form: { sideband: SidebandMode; reportStatus: 'none' | 'v1' | 'v2' },
): Buffer {
  const report = form.reportStatus === 'none' ? Buffer.alloc(0) : reportLines(commands, results, unpack);
  if (form.sideband === 'none') return report;
  if (report.length === 0) return FLUSH_PKT;
  return Buffer.concat([encodeSideband(1, report, form.sideband), FLUSH_PKT]);
}

function reportLines(commands: readonly { ref: string }[], results: readonly RefResult[], unpack: string): Buffer {
  const byRef = new Map(results.map((result) => [result.ref, result]));
  const lines = commands.map(({ ref }) => statusLine(byRef.get(ref) ?? { ref, ok: false, reason: 'no result' }));
  return Buffer.concat([encodePktLine(`unpack ${oneLine(unpack)}\n`), ...lines, FLUSH_PKT]);
}

const statusLine = (result: RefResult): Buffer =>
  encodePktLine(result.ok ? `ok ${result.ref}\n` : `ng ${result.ref} ${oneLine(result.reason)}\n`);

/** Without control characters, which could forge a further status line or drive the terminal. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, MAX_REASON)
    .trim() || 'refused';

export interface ObservedReport {
  /** `ok` or GitHub's reason; absent when the answer held no report. */
  unpack?: string;
  refs: { ref: string; ok: boolean; reason?: string; options?: Record<string, string> }[];
  /** The report was read to its end. False means that the outcome of the push is not known from it. */
  complete: boolean;
  /** Band 3: the server gave up, in its words. */
  fatal?: string;
}

/** Reports of 50,000 refs take 5 MB; past this the rest is not kept and the report counts as incomplete. */
const MAX_REPORT_BYTES = 32 * 1024 * 1024;

/**
 * Watches GitHub's answer to a push go by, with or without side-band, and never throws on it: the answer is
 * already on its way to the client. What cannot be read shows as `complete: false`.
 */
export class ReportStatusReader {
  private readonly outer = new PktLineParser();
  private readonly inner = new PktLineParser();
  private sideband: boolean | undefined;
  private broken = false;
  private finished = false;
  private seen = 0;
  private readonly report: ObservedReport = { refs: [], complete: false };

  push(chunk: Buffer): void {
    if (this.broken) return;
    try {
      for (const line of this.outer.push(chunk)) this.take(line);
    } catch {
      this.broken = true; // The one error possible is a protocol error, and `complete` reports it.
    }
  }

  end(): ObservedReport {
    return { ...this.report, complete: this.finished && !this.broken };
  }

  private take(line: PktLine): void {
    if (line.kind === 'data') this.sideband ??= (line.data[0] ?? 0xff) <= 3;
    if (this.sideband !== true) this.takeReport(line);
    else if (line.kind === 'data') this.takeBand(line.data);
  }

  private takeBand(data: Buffer): void {
    const payload = data.subarray(1);
    if (data[0] === 1) for (const line of this.inner.push(payload)) this.takeReport(line);
    if (data[0] === 3) this.report.fatal = payload.toString('utf8').slice(0, MAX_REASON).trim();
  }

  private takeReport(line: PktLine): void {
    if (line.kind === 'flush') this.finished ||= this.report.unpack !== undefined;
    if (line.kind !== 'data' || this.finished) return;
    this.seen += line.data.length;
    if (this.seen > MAX_REPORT_BYTES) this.broken = true;
    else this.takeStatus(line.data.toString('utf8').replace(/\n$/, ''));
  }

  private takeStatus(text: string): void {
    const [word = '', first = '', ...more] = text.split(' ');
    if (word === 'unpack') this.report.unpack = text.slice('unpack '.length);
    else if (word === 'ok') this.report.refs.push({ ref: first, ok: true });
    else if (word === 'ng') this.report.refs.push({ ref: first, ok: false, reason: more.join(' ') });
    else if (word === 'option') this.takeOption(first, more.join(' '));
    else this.broken = true;
  }

  /** report-status-v2: a hook on the server moved the ref otherwise than asked. */
  private takeOption(name: string, value: string): void {
    const last = this.report.refs.at(-1);
    if (last !== undefined) last.options = { ...last.options, [name]: value };
  }
}
