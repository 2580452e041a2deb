import type { SegmentReport, SpoolReport } from '@holdshort/audit-publisher';
import { printable, table } from '../table.js';

const ageMs = ({ oldest }: SpoolReport, now: number): number =>
  oldest === undefined ? 0 : Math.max(0, now - Date.parse(oldest));

export const spoolJson = (folder: string, report: SpoolReport, now: number): object => {
  const { holder, cursor, oldest, damaged, setAside, ...counts } = report;
  return {
    folder,
    ...{ holder: holder ?? null, cursor: cursor ?? null, oldest: oldest ?? null, age_ms: ageMs(report, now) },
    ...{ damaged, set_aside: setAside },
    ...counts,
  };
};

const seqs = ({ chains }: SegmentReport): string =>
  chains.map(({ chain_id, first_seq, last_seq }) => `${chain_id} ${first_seq}-${last_seq}`).join(', ') || '-';

const row = (segment: SegmentReport): string[] => [
  segment.file,
  String(segment.bytes),
  String(segment.events),
  String(segment.checkpoints),
  String(segment.undelivered),
  seqs(segment),
];

const damageLines = (segments: readonly SegmentReport[]): string[] =>
  segments.flatMap(({ file, damage, void: empty }) => [
    ...(damage ? [`DAMAGED: ${file} at byte ${damage.offset}: ${damage.bytes} bytes are no record.`] : []),
    ...(empty > 0 ? [`${file}: the last ${empty} bytes are of a write that failed, and not part of the spool.`] : []),
  ]);

/** For a person at a terminal. */
export function spoolWords(folder: string, report: SpoolReport, now: number): string {
  const { holder, segments, bytes, events, checkpoints, depth, oldest, setAside } = report;
  const age = oldest === undefined ? '' : `, the oldest from ${oldest} (${Math.round(ageMs(report, now) / 1000)} s)`;
  return [
    printable(`${folder}: ${holder === undefined ? 'no process has it' : `process ${holder} has it`}`),
    `${segments.length} segments, ${bytes} bytes, ${events} events, ${checkpoints} checkpoints`,
    `${depth} not delivered${age}`,
    table(['SEGMENT', 'BYTES', 'EVENTS', 'CHECKPOINTS', 'NOT DELIVERED', 'CHAIN AND NUMBERS'], segments.map(row)),
    ...damageLines(segments),
    ...setAside.map((tail) => `${tail.file}: ${tail.bytes} unreadable bytes that an earlier start has put aside.`),
  ].join('\n');
}
