import { readFileSync } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';

const packet = (payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);

/** git's side-band-64k limit: a band byte and 65515 bytes of data. */
const BAND_DATA = 65_515;

/** The reasons that the pre-receive hook left, by ref. */
function readVerdict(file: string): Map<string, string> {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // No file: the hook refused nothing.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return new Map(
    text
      .split('\n')
      .filter((line) => line.includes(' '))
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
}

function rewriteReport(report: Buffer, reasons: Map<string, string>): Buffer {
  const lines: Buffer[] = [];
  for (let at = 0; at + 4 <= report.length;) {
    const length = Math.max(4, Number.parseInt(report.toString('latin1', at, at + 4), 16));
    const text = report.toString('utf8', at + 4, at + length);
    const refused = /^ng (\S+) pre-receive hook declined/.exec(text);
    const reason = refused ? reasons.get(refused[1] ?? '') : undefined;
    lines.push(reason ? packet(Buffer.from(`ng ${refused?.[1] ?? ''} ${reason}\n`)) : report.subarray(at, at + length));
    at += length;
  }
  return Buffer.concat(lines);
}

/**
 * Puts GitHub's reasons in the place of git's "pre-receive hook declined". Progress (band 2) passes at once; the report
 * (band 1, small) is held until its end.
 */
export class ReportReasons extends Transform {
  #pending: Buffer = Buffer.alloc(0);
  #report: Buffer[] = [];
  /** Refs that moved. */
  accepted = 0;

  constructor(readonly verdictFile: string) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 4) {
      const length = Number.parseInt(this.#pending.toString('latin1', 0, 4), 16);
      if (Number.isNaN(length) || length > this.#pending.length) break;
      this.#frame(this.#pending.subarray(0, Math.max(4, length)));
      this.#pending = this.#pending.subarray(Math.max(4, length));
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#endReport();
    if (this.#pending.length > 0) this.push(this.#pending);
    done();
  }

  #frame(frame: Buffer): void {
    if (frame[4] === 1) {
      this.#report.push(frame.subarray(5));
      return;
    }
    this.#endReport();
    this.push(frame);
  }

  #endReport(): void {
    if (this.#report.length === 0) return;
    const report = rewriteReport(Buffer.concat(this.#report), readVerdict(this.verdictFile));
    this.accepted += report.toString('latin1').match(/[0-9a-f]{4}ok [^\n]+\n/g)?.length ?? 0;
    this.#report = [];
    for (let at = 0; at < report.length; at += BAND_DATA) {
      this.push(packet(Buffer.concat([Buffer.from([1]), report.subarray(at, at + BAND_DATA)])));
    }
  }
}
