import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { eventHash, makeAnchor, SigningKey, type AuditEvent, type DraftOf } from '@holdshort/audit-events';
import type { Publisher } from '@holdshort/audit-publisher';
import { runCli } from './program.js';
import { SignIns } from './sign-ins.js';
import { checkpointOver, linesOf, sealAll, signTrail, type CliTrail } from './test-support/cli-trail.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';
import type { CheckResult } from '@holdshort/audit-events';

// as the command line loads it
const { openAuditTrail } = await import('@holdshort/audit-publisher');

const facts = {
  type: 'call.write' as const,
  target: { host: 'api.github.com' },
  request: { surface: 'rest', operation: 'x/y', class: 'write', intents: [], method: 'POST', path: '/' },
};
const CALLS = ['one', 'two', 'three', 'four', 'five'];
const DRAFTS = CALLS.flatMap((call): DraftOf<'call.write'>[] => [
  { ...facts, phase: 'attempt', correlation_id: call },
  { ...facts, phase: 'outcome', correlation_id: call, outcome: 'success' },
]);
const PAGE = 4;

interface Ran {
  code: number;
  out: string[];
  err: string[];
  json: CheckResult;
}

describe('holdshort audit verify', () => {
  let dir: string;
  let trail: CliTrail;
  let controlPlane: FakeControlPlane;
  let url: string;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-verify-'));
    trail = await signTrail(sealAll(DRAFTS), SigningKey.generate(), SigningKey.generate());
    const one = (items: () => readonly unknown[]) => (): [number, unknown] => [200, { items: items(), next: null }];
    controlPlane = new FakeControlPlane({
      'GET /api/v1/audit/keys': one(() => trail.statements),
      'GET /api/v1/audit/heads': one(() => trail.heads),
      'GET /api/v1/audit/anchors': one(() => trail.anchors),
      // pages of four, so that reading on is part of what is tested
      'GET /api/v1/audit/trail': (_, query) => {
        const from = Number(query.get('after') ?? 0);
        const all = [...trail.events, ...trail.checkpoints];
        return [
          200,
          { items: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : null },
        ];
      },
    });
    url = await controlPlane.start();
    new SignIns(dir).set(url, { token: 'hst_1', expires_at: '2999-01-01T00:00:00Z', human: { login: 'dave' } });
  });
  afterEach(async () => {
    await controlPlane.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function run(args: string[], home = dir): Promise<Ran> {
    const [out, err]: [string[], string[]] = [[], []];
    const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
    const env = { HOLDSHORT_HOME: home, HOLDSHORT_CONTROL_PLANE_URL: url };
    const code = await runCli({ args: ['audit', ...args], env, cwd: '/', terminal });
    const json = (out[0]?.startsWith('{') ? JSON.parse(out[0]) : {}) as CheckResult;
    return { code, out, err, json };
  }
  const verify = (...args: string[]): Promise<Ran> => run(['verify', '--settle', '0', ...args]);
  const inFile = (text: string | Buffer, name = 'trail.ndjson'): string => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  const at = (seq: number): AuditEvent => trail.events[seq - 1] as AuditEvent;
  /** Content changed, and all hashes after it made anew. */
  const rewrite = (from: number): void => {
    let prev = at(from).prev_hash;
    trail.events = trail.events.map((event) => {
      if (event.seq < from) return event;
      const forged = { ...event, ...(event.seq === from ? { outcome: 'refused' as const } : {}), prev_hash: prev };
      prev = eventHash(forged);
      return { ...forged, hash: prev };
    });
  };

  it('0 for a whole trail; the key that it trusts from now on is said aloud, once', async () => {
    const first = await verify();
    expect(first).toMatchObject({
      code: 0,
      out: [
        '10 events in 1 chains: whole.\n' +
          'Signed by 1 checkpoints, 1 countersigned heads and 1 anchors.\n' +
          '5 attempts, 5 outcomes, each attempt has its outcome.',
      ],
    });
    expect(first.err).toEqual([expect.stringContaining(`WARNING: first use. The audit key ${trail.root.kid}`)]);
    expect((await verify()).err).toEqual([]);
  });

  it('1 for another control plane’s key than the one pinned, at first use or by --root-key', async () => {
    expect((await verify('--root-key', 'k'.repeat(43), '--json')).json.broken).toMatchObject({ kind: 'wrong_key' });
    await verify();
    trail = await signTrail(trail.events, SigningKey.generate(), trail.key);
    const { code, json } = await verify('--json');
    expect([code, json.broken?.message]).toEqual([1, expect.stringContaining('is not there')]);
  });

  it.each<[string, () => void, object]>([
    ['edited', () => trail.events.splice(2, 1, { ...at(3), outcome: 'refused' as const }), { seq: 3 }],
    ['deleted', () => trail.events.splice(4, 1), { seq: 5 }],
    ['swapped', () => trail.events.splice(4, 2, at(6), at(5)), { seq: 6 }],
    ['cut_tail', () => trail.events.splice(8, 2), { seq: 9, through: 10 }],
    ['rewritten', () => rewrite(4), { seq: 4 }],
    ['edited', () => trail.events.splice(2, 1, { ...at(3), hash: '' }), { seq: 3 }],
  ])('1 for what was %s, with the record', async (kind, tamper, place) => {
    const chain = at(1).chain_id;
    tamper();
    const { code, json } = await verify('--json');
    expect([code, json.broken]).toEqual([1, expect.objectContaining({ kind, chain_id: chain, ...place })]);
    expect((await verify()).out[0]).toContain(`Broken (${kind}): record`);
  });

  it('1 for a tail that was cut with its checkpoint, by the countersigned head', async () => {
    trail.events.splice(6, 4);
    trail.checkpoints = [await checkpointOver(trail.events, trail.key)];
    trail.anchors = [];
    expect((await verify('--json')).json.broken).toMatchObject({ kind: 'cut_tail', seq: 7, through: 10 });
  });

  it('1 for a history that was rewritten and signed anew by all keys, by the anchors kept outside', async () => {
    const kept = trail.anchors
      .map((record) => `${JSON.stringify({ name: 'x', text: JSON.stringify(record) })}\n`)
      .join('');
    rewrite(4);
    const last = at(10);
    trail = await signTrail(trail.events, trail.root, trail.key);
    expect((await verify()).code).toBe(0);
    const { json } = await verify('--json', '--anchors', inFile(kept));
    expect(json.broken?.message).toContain(
      `The anchor of ${last.time.slice(0, 13)} is not the one that is kept outside`,
    );
    trail.anchors = [];
    expect((await verify('--json', '--anchors', inFile(kept))).json.broken?.message).toContain(
      'has lost the anchor of',
    );
    const exported = inFile(linesOf(trail), 'export.ndjson');
    expect((await verify('--json', '--file', exported, '--anchors', inFile(kept))).json.broken).toMatchObject({
      kind: 'rewritten',
      seq: 1,
      through: 10,
    });
  });

  it('the same anchors outside are counted, of a folder of objects too', async () => {
    const [record] = trail.anchors;
    mkdirSync(join(dir, 'bucket'));
    inFile(JSON.stringify(record), `bucket/${record?.anchor.hour ?? ''}.json`);
    expect((await verify('--anchors', join(dir, 'bucket'))).out[0]).toContain('1 anchors, 1 of them the same outside.');
  });

  it('1 for an anchor that is not one of its leaves', async () => {
    const [record] = trail.anchors;
    const facts = { tenant: 'default', hour: '2026-01-31T07', time: at(1).time, prev: undefined };
    const leaves = [['another', 1, at(1).hash] as const];
    trail.anchors = [{ anchor: await makeAnchor({ ...facts, leaves }, trail.root), leaves: record?.leaves ?? [] }];
    expect((await verify('--json')).json.broken?.message).toContain('is not one of its leaves');
  });

  it('2 where it cannot be told: attempts under way, no keys, nothing there, nobody who answers', async () => {
    const { heads, anchors, statements } = trail;
    Object.assign(trail, await signTrail(trail.events.slice(0, 9), trail.root, trail.key));
    const open = await verify();
    expect([open.code, open.out[0]]).toEqual([2, expect.stringContaining('  no_outcome: call five of agt_1')]);
    Object.assign(trail, { statements: [], heads, anchors });
    expect((await verify('--json')).json).toMatchObject({
      verdict: 'could_not_tell',
      reasons: [expect.stringContaining('no key of the control plane'), expect.anything()],
    });
    Object.assign(trail, { statements, heads: [], anchors: [], events: [], checkpoints: [] });
    expect((await verify('--json')).json).toMatchObject({ verdict: 'could_not_tell', reasons: ['there is no record'] });
    await controlPlane.stop();
    const away = await verify();
    expect([away.code, away.err[0]]).toEqual([2, expect.stringContaining('Could not tell: The control plane at')]);
  });

  it('2 for a chain of which nobody signed anything', async () => {
    trail.heads = [];
    trail.anchors = [];
    trail.checkpoints = [];
    expect((await verify('--json')).json).toMatchObject({ verdict: 'could_not_tell', unsigned_chains: 1 });
  });

  it('what was signed a moment ago may be on its way', async () => {
    trail.events.splice(8, 2);
    const { code, out } = await run(['verify', '--settle', '3600']);
    expect([code, out[0]]).toEqual([0, expect.stringContaining('2 signed records are still on their way')]);
  });

  describe('an archive', () => {
    it('is written by audit archive, and verified without the control plane: plain and gzip', async () => {
      const out = join(dir, 'out.ndjson');
      expect((await run(['archive', '--output', out])).code).toBe(0);
      expect(readFileSync(out, 'utf8')).toBe(linesOf(trail));
      await controlPlane.stop();
      expect((await verify('--file', out, '--root-key', trail.root.kid)).code).toBe(0);
      const unpinned = await verify('--file', inFile(gzipSync(linesOf(trail)), 'out.gz'));
      expect([unpinned.code, unpinned.err[0]]).toEqual([0, expect.stringContaining('taken on the word of the input')]);
    });

    it('of a control plane that is not known here tells nothing', async () => {
      await verify();
      const other = await signTrail(trail.events, SigningKey.generate(), trail.key);
      const { code, json } = await verify('--json', '--file', inFile(linesOf(other)));
      expect([code, json.reasons]).toEqual([2, [expect.stringContaining('of no control plane that is known here')]]);
    });

    it('without keys is verified with those of the control plane, or of a file', async () => {
      const bare = inFile([...trail.events, ...trail.checkpoints].map((item) => `${JSON.stringify(item)}\n`).join(''));
      await verify();
      expect((await verify('--file', bare)).code).toBe(0);
      expect((await run(['archive', '--evidence-only', '--output', join(dir, 'evidence')])).code).toBe(0);
      await controlPlane.stop();
      expect((await verify('--file', bare)).code).toBe(2);
      expect((await verify('--file', bare, '--evidence', join(dir, 'evidence'))).code).toBe(0);
      const stranger = mkdtempSync(join(dir, 'home-'));
      const { code, err } = await run(['verify', '--file', bare], stranger);
      expect([code, err[0]]).toEqual([2, expect.stringContaining('No keys: Nobody is signed in')]);
    });

    it.each([
      ['is not there', '/nowhere/trail.ndjson', 'cannot be read to its end'],
      ['has a line that is not JSON', 'torn', 'line 11 of'],
      ['ends within its gzip', 'cut', 'cannot be read to its end'],
    ])('that %s: 2', async (_, what, says) => {
      const whole = linesOf(trail).slice(0, -1);
      if (what === 'torn') inFile(`${whole.split('\n').slice(0, 10).join('\n')}\n{"id":`);
      if (what === 'cut') inFile(gzipSync(whole).subarray(0, -20));
      const { code, err } = await verify('--file', what.startsWith('/') ? what : join(dir, 'trail.ndjson'));
      expect([code, err.at(-1)]).toEqual([2, expect.stringContaining(says)]);
    });

    it('comes by standard input too', async () => {
      const cli = fileURLToPath(new URL('../bin/holdshort.mjs', import.meta.url));
      const args = [cli, 'audit', 'verify', '--file', '-', '--settle', '0', '--root-key', trail.root.kid];
      const child = spawn(process.execPath, args, {
        env: { HOLDSHORT_HOME: dir },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      child.stdin.end(gzipSync(linesOf(trail)));
      const chunks: string[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect([code, chunks.join('')]).toEqual([0, expect.stringContaining('10 events in 1 chains: whole.')]);
    });
  });

  it('a spool is verified where it lies, with the keys of the control plane', async () => {
    const spool = join(dir, 'spool');
    const publisher: Publisher = {
      kind: 'away',
      publish: () => Promise.reject(new Error('nobody is there')),
      isConnected: () => false,
      close: () => Promise.resolve(),
    };
    const written = await openAuditTrail({
      ...{ dir: spool, emitter: { id: 'agt_1', host: 'h', version: '1' }, tenant: 'default' },
      publisher,
    });
    written.signCheckpoints(trail.key, () => undefined);
    for (const each of DRAFTS) await written.record(each);
    await written.close(100);
    trail.heads = [];
    trail.anchors = [];
    const { code, out } = await verify('--spool', spool);
    expect([code, out[0]]).toEqual([0, expect.stringContaining('10 events in 1 chains: whole.\nSigned by')]);
    expect((await verify('--spool', join(dir, 'none'))).code).toBe(2);
  });
});
