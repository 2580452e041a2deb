import { encodePktLine, FLUSH_PKT } from './pkt-line.js';
import { encodeReport, ReportStatusReader } from './report-status.js';
import type { ObservedReport } from './report-status.js';
import { encodeSideband } from './sideband.js';
import { chunksOf } from './testing/chunks.js';

const COMMANDS = [{ ref: 'refs/heads/a' }, { ref: 'refs/heads/b' }, { ref: 'refs/heads/c' }];

function observe(bytes: Buffer, chunk = bytes.length): ObservedReport {
  const reader = new ReportStatusReader();
  for (const part of chunksOf(bytes, [chunk])) reader.push(part);
  return reader.end();
}

describe('encodeReport', () => {
  it('writes the bytes that git reads', () => {
    const results = [{ ref: 'refs/heads/a', ok: true } as const];
    const report = encodeReport([{ ref: 'refs/heads/a' }], results, 'ok', { sideband: 'none', reportStatus: 'v1' });
    expect(report.toString()).toBe('000eunpack ok\n0014ok refs/heads/a\n0000');
  });

  it('reports every command once and keeps a reason on one line', () => {
    const results = [{ ref: 'refs/heads/b', ok: false, reason: 'no\nok refs/heads/a\x1b[31m' } as const];
    const report = encodeReport(COMMANDS, results, 'ok', { sideband: 'side-band-64k', reportStatus: 'v2' });
    expect(observe(report, 1)).toEqual({
      unpack: 'ok',
      complete: true,
      refs: [
        { ref: 'refs/heads/a', ok: false, reason: 'no result' },
        { ref: 'refs/heads/b', ok: false, reason: 'no ok refs/heads/a [31m' },
        { ref: 'refs/heads/c', ok: false, reason: 'no result' },
      ],
    });
  });

  it('says nothing to a client that asked for no report', () => {
    expect(encodeReport(COMMANDS, [], 'ok', { sideband: 'none', reportStatus: 'none' })).toHaveLength(0);
    expect(encodeReport(COMMANDS, [], 'ok', { sideband: 'side-band-64k', reportStatus: 'none' }).toString()).toBe(
      '0000',
    );
  });
});

describe('ReportStatusReader', () => {
  const lines = (...texts: string[]): Buffer => Buffer.concat([...texts.map((text) => encodePktLine(text)), FLUSH_PKT]);

  it('reads through progress and split packets', () => {
    const report = lines(
      'unpack ok\n',
      'ok refs/heads/a\n',
      'option refname refs/heads/z\n',
      'ng refs/heads/b protected branch hook declined\n',
    );
    const answer = Buffer.concat([
      encodeSideband(2, 'Resolving deltas: 100%\n'),
      encodeSideband(1, report.subarray(0, 20)),
      encodeSideband(2, 'GitHub found 1 thing\n'),
      encodeSideband(1, report.subarray(20)),
      FLUSH_PKT,
    ]);
    for (const chunk of [1, 9, 4096])
      expect(observe(answer, chunk)).toEqual({
        unpack: 'ok',
        complete: true,
        refs: [
          { ref: 'refs/heads/a', ok: true, options: { refname: 'refs/heads/z' } },
          { ref: 'refs/heads/b', ok: false, reason: 'protected branch hook declined' },
        ],
      });
  });

  it('keeps what the server said last', () => {
    expect(observe(encodeSideband(3, 'internal error\n'))).toEqual({
      refs: [],
      complete: false,
      fatal: 'internal error',
    });
  });

  it.each([
    ['a cut answer', lines('unpack ok\n', 'ok refs/heads/a\n').subarray(0, -4)],
    ['a web page', Buffer.from('<html>502 Bad Gateway</html>')],
    ['nothing', Buffer.alloc(0)],
    ['an unknown line', lines('unpack ok\n', 'maybe refs/heads/a\n')],
  ])('does not call %s complete', (_, bytes) => {
    expect(observe(bytes)).toMatchObject({ complete: false });
  });
});
