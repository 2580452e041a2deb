import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS, EventChain, toOcsf, type AuditEvent } from '@holdshort/audit-events';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { FakeControlPlane, type Answer } from './test-support/fake-control-plane.js';

const COUNT = 7;

function trail(): AuditEvent[] {
  const chain = new EventChain({ emitter: { id: 'agt_1', host: 'h', version: '1' }, tenant: 'default' });
  return Array.from({ length: COUNT }, (_, n) => {
    const prepared = chain.prepare({
      ...{ type: 'call.write', phase: 'attempt', correlation_id: `call-${n}`, session_id: '=HYPERLINK("x")' },
      human: { sub: 'dev-alice', login: n % 2 === 0 ? '+alice' : 'b,"ob"\n', idp: 'x' },
      push: [{ ref: 'refs/heads/ä', old: '0'.repeat(40), new: 'a'.repeat(40), kind: 'create' }],
      outcome: 'success',
    });
    return chain.append(prepared).event;
  });
}

describe('holdshort audit export', () => {
  let home: string;
  let events: AuditEvent[];
  let controlPlane: FakeControlPlane;
  let url: string;
  let asked: URLSearchParams[];
  /** How many pages are answered before the control plane fails. */
  let healthyPages: number;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'holdshort-export-'));
    [events, asked, healthyPages] = [trail(), [], 100];
    controlPlane = new FakeControlPlane({
      'GET /api/v1/audit/events': (_, query): Answer => {
        asked.push(query);
        if (asked.length > healthyPages) return [503, { code: 'audit_unavailable', detail: 'The store is away.' }];
        const from = Number(query.get('after') ?? 0);
        return [200, { items: events.slice(from, from + 2), next: from + 2 < COUNT ? String(from + 2) : null }];
      },
      'POST /api/v1/legal-holds': (body): Answer => [201, { ...(body as object), held_by: 'dave', held_at: 'now' }],
      'DELETE /api/v1/legal-holds/ses_1': (): Answer => [200, { session_id: 'ses_1' }],
    });
    url = await controlPlane.start();
    new SignIns(home).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'dave' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(home, { recursive: true, force: true });
  });

  async function audit(...args: string[]): Promise<{ code: number; out: string[] }> {
    const out: string[] = [];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
    const env = { HOLDSHORT_HOME: home, HOLDSHORT_CONTROL_PLANE_URL: url };
    const code = await runCli({ args: ['audit', ...args], env, cwd: '/', terminal });
    return { code, out };
  }
  const file = (name: string): string => join(home, name);
  const lines = (name: string): unknown[] =>
    readFileSync(file(name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);

  it('ndjson: every event of every page, as an export with its filters', async () => {
    const { code, out } = await audit(
      'export',
      '-o',
      file('a'),
      '--repo',
      'acme/app',
      '--until',
      '2026-02-01T00:00:00Z',
    );
    expect([code, out]).toEqual([0, [`7 events in ${file('a')}.`]]);
    expect(lines('a')).toEqual(events);
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      ...{ repo: 'acme/app', until: '2026-02-01T00:00:00Z', purpose: 'export', limit: '1000' },
    });
    expect((await audit('export')).out.map((line) => JSON.parse(line) as unknown)).toEqual(events);
  });

  it('ocsf: one record for each event', async () => {
    await audit('export', '--format', 'ocsf', '-o', file('o'));
    expect(lines('o')).toEqual(events.map((event) => JSON.parse(JSON.stringify(toOcsf(event))) as unknown));
  });

  it('csv: a header, quoted cells, and no cell that a spreadsheet would run', async () => {
    await audit('export', '--format', 'csv', '-o', file('c'));
    const text = readFileSync(file('c'), 'utf8');
    expect(text.split('\r\n')[0]).toBe(EVENT_COLUMNS.map(({ name }) => name).join(','));
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(text).toContain(`"'+alice"`);
    expect(text).toContain('"b,""ob""');
    expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
    expect(text.split('\r\n')).toHaveLength(COUNT + 2);
  });

  it('parquet: read back by another library, it says what the NDJSON says', async () => {
    expect((await audit('export', '--format', 'parquet', '-o', file('p'))).code).toBe(0);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file('p')) });
    expect(rows.map(({ event }) => JSON.parse(String(event)) as unknown)).toEqual(events);
    expect(rows[0]).toMatchObject({
      ...{ id: events[0]?.id, time: new Date(events[0]?.time ?? ''), seq: 1n, human_login: '+alice', repo: null },
      refs: ['refs/heads/ä'],
    });
    expect(Object.keys(rows[0] ?? {})).toEqual(EVENT_COLUMNS.map(({ name }) => name));
    expect((await audit('export', '--format', 'parquet')).out[0]).toContain('is written as a whole');
  });

  it('goes on where it broke off: nothing twice, nothing missing', async () => {
    healthyPages = 2;
    expect((await audit('export', '-o', file('r'))).code).toBe(1);
    expect(lines('r')).toEqual(events.slice(0, 4));
    expect((await audit('export', '-o', file('r'), '--resume', '--repo', 'x')).out[0]).toContain('had other filters');
    healthyPages = 100;
    expect((await audit('export', '-o', file('r'), '--resume')).out).toEqual([`7 events in ${file('r')}.`]);
    expect(lines('r')).toEqual(events);
    expect(existsSync(`${file('r')}.partial.json`)).toBe(false);
    expect((await audit('export', '-o', file('r'), '--resume')).out[0]).toContain('no export to be resumed');
  });

  it('hold and release name the session and the reason', async () => {
    expect((await audit('hold', 'ses_1', '--reason', 'case 7')).out).toEqual([
      'ses_1  held by dave since now: "case 7"',
    ]);
    expect((await audit('release', 'ses_1')).out).toEqual(['ses_1 is released.']);
    expect((await audit('hold', 'ses_1')).code).toBe(2);
    expect(controlPlane.calls.map(({ call, body }) => [call, body])).toEqual([
      ['POST /api/v1/legal-holds', { session_id: 'ses_1', reason: 'case 7' }],
      ['DELETE /api/v1/legal-holds/ses_1', undefined],
    ]);
  });
});
