import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DraftOf } from '@holdshort/audit-events';
import type { AuditTrail, Publisher } from '@holdshort/audit-publisher';
import { runCli } from './program.js';

// as the command line loads it
const { openAuditTrail } = await import('@holdshort/audit-publisher');

const BYTES_OF_SMALL_SEGMENT = 2000;

const read = (call: string): DraftOf<'call.read'> => ({
  ...{ type: 'call.read', phase: 'single', correlation_id: call, outcome: 'success' },
  target: { host: 'api.github.com' },
  request: { surface: 'rest', operation: 'x/y', class: 'read', intents: [], method: 'GET', path: '/' },
});

/** Takes what it is given while it is up. */
class Outlet implements Publisher {
  readonly kind = 'test';
  delivered = 0;
  constructor(private readonly up: boolean) {}
  publish(batch: readonly unknown[]): Promise<void> {
    if (!this.up) return Promise.reject(new Error('away'));
    this.delivered += batch.length;
    return Promise.resolve();
  }
  isConnected = (): boolean => this.up;
  close = (): Promise<void> => Promise.resolve();
}

interface Report {
  holder: number | null;
  depth: number;
  oldest: string | null;
  age_ms: number;
  events: number;
  bytes: number;
  damaged: boolean;
  set_aside: { file: string; bytes: number }[];
  segments: {
    index: number;
    file: string;
    bytes: number;
    events: number;
    undelivered: number;
    void: number;
    chains: { chain_id: string; first_seq: number; last_seq: number }[];
    damage?: { offset: number; bytes: number };
  }[];
}

describe('holdshort agent spool', () => {
  let state: string;
  let spool: string;
  let trail: AuditTrail | undefined;

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'holdshort-agent-spool-'));
    spool = join(state, 'spool');
  });
  afterEach(async () => {
    await trail?.close(0);
    trail = undefined;
    rmSync(state, { recursive: true, force: true });
  });

  const open = async (publisher: Publisher, segmentBytes?: number): Promise<AuditTrail> => {
    trail = await openAuditTrail({
      dir: spool,
      emitter: { id: 'agt_1', host: 'h', version: '1' },
      tenant: 'default',
      publisher,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
    });
    return trail;
  };

  async function agentSpool(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const said = { out: '', err: '' };
    const terminal = {
      out: (text: string) => void (said.out += `${text}\n`),
      err: (text: string) => void (said.err += `${text}\n`),
    };
    const code = await runCli({
      args: ['agent', 'spool', ...args],
      env: { HOLDSHORT_HOME: state },
      cwd: '/',
      terminal,
    });
    return { code, ...said };
  }

  async function report(): Promise<{ code: number; report: Report }> {
    const { code, out } = await agentSpool(state, '--json');
    return { code, report: JSON.parse(out) as Report };
  }

  const contents = (): Record<string, string> =>
    Object.fromEntries(readdirSync(spool).map((name) => [name, readFileSync(join(spool, name)).toString('base64')]));

  it('shows segments, chain, depth and age while the process runs, and changes nothing', async () => {
    const running = await open(new Outlet(false), BYTES_OF_SMALL_SEGMENT);
    for (let n = 1; n <= 12; n += 1) await running.record(read(`call-${n}`));
    const before = contents();
    const { code, report: found } = await report();
    expect(code).toBe(0);
    expect(found).toMatchObject({ holder: process.pid, depth: 12, events: 12, damaged: false, set_aside: [] });
    expect(found.age_ms).toBeGreaterThanOrEqual(0);
    expect(Date.parse(found.oldest ?? '')).toBeLessThanOrEqual(Date.now());
    expect(found.segments.length).toBeGreaterThan(1);
    const ranges = found.segments.flatMap(({ chains }) => chains);
    expect(new Set(ranges.map(({ chain_id }) => chain_id))).toEqual(new Set([running.status().chainId]));
    expect(ranges[0]?.first_seq).toBe(1);
    expect(ranges.at(-1)?.last_seq).toBe(12);
    // each begins where the one before ends
    for (const [n, { first_seq }] of ranges.entries()) expect(first_seq).toBe((ranges[n - 1]?.last_seq ?? 0) + 1);
    expect(found.bytes).toBe(running.status().bytes);
    expect(contents()).toEqual(before);
  });

  it('says it in words, for the folder itself as well', async () => {
    const running = await open(new Outlet(false));
    await running.record(read('call-1'));
    const { code, out } = await agentSpool(spool);
    expect(code).toBe(0);
    expect(out).toContain(`${spool}: process ${process.pid} has it\n`);
    expect(out).toMatch(/^1 segments, \d+ bytes, 1 events, 0 checkpoints$/m);
    expect(out).toMatch(/^1 not delivered, the oldest from 20\S+Z \(\d+ s\)$/m);
    expect(out).toMatch(new RegExp(`^000000000001\\.seg +\\d+ +1 +0 +1 +${running.status().chainId} 1-1$`, 'm'));
  });

  it('counts as delivered what was acknowledged, after the end of the process', async () => {
    const outlet = new Outlet(true);
    const first = await open(outlet);
    await first.record(read('call-1'));
    await first.record(read('call-2'));
    await first.close();
    const second = await open(new Outlet(false));
    await second.record(read('call-3'));
    await second.close(0);
    const { code, report: found } = await report();
    expect(outlet.delivered).toBe(2);
    expect(code).toBe(0);
    expect(found).toMatchObject({ holder: null, depth: 1 });
    const chains = new Set(found.segments.flatMap((segment) => segment.chains.map(({ chain_id }) => chain_id)));
    // the delivered one may still stand there: its segment goes when the spool next tidies
    expect(chains).toContain(second.status().chainId);
  });

  it('names the place of a torn tail and exits 1; what a start has put aside is shown', async () => {
    const running = await open(new Outlet(false));
    await running.record(read('call-1'));
    await running.close(0);
    const name = readdirSync(spool).find((file) => file.endsWith('.seg')) ?? '';
    const whole = readFileSync(join(spool, name)).length;
    appendFileSync(join(spool, name), Buffer.from([9, 0, 0, 0, 1, 2, 3]));
    const { code, out } = await agentSpool(state);
    expect(code).toBe(1);
    expect(out).toContain(`DAMAGED: ${name} at byte ${whole}: 7 bytes are no record.`);
    expect((await report()).report).toMatchObject({
      ...{ damaged: true, depth: 1 },
      segments: [{ events: 1, damage: { offset: whole, bytes: 7 } }],
    });

    await (await open(new Outlet(false))).close(0);
    const after = await report();
    expect(after.code).toBe(0);
    expect(after.report).toMatchObject({ damaged: false, set_aside: [{ file: `${name}.torn`, bytes: 7 }] });
  });

  it('finds a record that was changed in the middle', async () => {
    const running = await open(new Outlet(false));
    for (const call of ['call-1', 'call-2', 'call-3']) await running.record(read(call));
    await running.close(0);
    const file = join(spool, readdirSync(spool).find((name) => name.endsWith('.seg')) ?? '');
    const bytes = readFileSync(file);
    const at = bytes.indexOf('call-2');
    bytes[at] = 'b'.charCodeAt(0);
    rmSync(file);
    appendFileSync(file, bytes);
    const { code, report: found } = await report();
    expect(code).toBe(1);
    expect(found).toMatchObject({ damaged: true, events: 1 });
    expect(found.segments[0]?.damage?.offset).toBeLessThan(at);
  });

  it('says that a folder is no spool, with 2, and makes none of it', async () => {
    const { code, err } = await agentSpool(join(state, 'nowhere'));
    expect(code).toBe(2);
    expect(err).toContain(`holdshort: ${join(state, 'nowhere')} is no folder of a spool.`);
    expect(existsSync(join(state, 'nowhere'))).toBe(false);
    expect((await agentSpool(state, '--json')).code).toBe(2);
  });
});
