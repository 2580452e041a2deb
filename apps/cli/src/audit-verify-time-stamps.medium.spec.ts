import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  anchorHash,
  anchorText,
  makeAnchor,
  SigningKey,
  type AnchorRecord,
  type DraftOf,
} from '@holdshort/audit-events';
import { describeWithOpenssl, OpensslAuthority } from '@holdshort/testkit';
import { runCli } from './program.js';
import { linesOf, sealAll, signTrail, type CliTrail } from './test-support/cli-trail.js';
import type { VerifyResult } from './verify/verify-trail.js';

const facts = {
  type: 'call.write' as const,
  target: { host: 'api.github.com' },
  request: { surface: 'rest', operation: 'x/y', class: 'write', intents: [], method: 'POST', path: '/' },
  correlation_id: 'one',
};
const DRAFTS: DraftOf<'call.write'>[] = [
  { ...facts, phase: 'attempt' },
  { ...facts, phase: 'outcome', outcome: 'success' },
];
const HOUR_MS = 3_600_000;

describeWithOpenssl('holdshort audit verify --tsa-ca', () => {
  let dir: string;
  let authority: OpensslAuthority;
  let trail: CliTrail;
  let roots: string;

  beforeAll(() => {
    authority = new OpensslAuthority();
  });
  afterAll(() => {
    authority.remove();
  });
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'holdshort-stamped-'));
    trail = await signTrail(sealAll(DRAFTS), SigningKey.generate(), SigningKey.generate());
    roots = inFile('roots.pem', authority.root);
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  const inFile = (name: string, text: string): string => {
    const file = join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  /** Of the archive as it is now, with the control plane's key given. */
  async function verify(...more: string[]): Promise<{ code: number; words: string; json: VerifyResult }> {
    const run = async (args: string[]): Promise<[number, string]> => {
      const out: string[] = [];
      const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text) };
      return [await runCli({ args, env: { HOLDSHORT_HOME: dir }, cwd: '/', terminal }), out.join('\n')];
    };
    const file = inFile('trail.ndjson', linesOf(trail));
    const args = ['audit', 'verify', '--settle', '0', '--file', file, '--root-key', trail.root.kid, ...more];
    const [code, words] = await run(args);
    return { code, words, json: JSON.parse((await run([...args, '--json']))[1]) as VerifyResult };
  }
  const stampOf = ({ anchor }: AnchorRecord): string => authority.stamp(anchorText(anchor)).toString('base64');
  const only = (): AnchorRecord => trail.anchors[0] as AnchorRecord;
  /** Made so many hours before now, and the one that follows an hour later. */
  const anchorsSince = async (hours: number): Promise<void> => {
    const [leaf] = only().leaves;
    trail.anchors = [];
    for (const ago of [hours, hours - 1]) {
      const time = new Date(Date.now() - ago * HOUR_MS).toISOString();
      const before = trail.anchors.at(-1);
      const leaves = leaf ? [leaf] : [];
      const anchorFacts = {
        tenant: 'default',
        hour: time.slice(0, 13),
        time,
        prev: before && anchorHash(before.anchor),
      };
      trail.anchors.push({ anchor: await makeAnchor({ ...anchorFacts, leaves }, trail.root), leaves });
    }
  };

  it('says until when the authority vouches for the anchors', async () => {
    trail.anchors = [{ ...only(), time_stamp: stampOf(only()) }];
    const { code, words, json } = await verify('--tsa-ca', roots);
    expect([code, words]).toEqual([0, expect.stringMatching(/^Time stamps of 1 anchors hold, the newest of 20.*Z/m)]);
    expect(json).toMatchObject({ verdict: 'good', time_stamps: 1, anchors_stamped: 1 });
    expect(json.longest_wait_seconds).toBeLessThan(60);
    expect((await verify()).json.time_stamps).toBeUndefined();
  });

  it('covers an anchor by the next one that has a time stamp, and says how late that was', async () => {
    await anchorsSince(72);
    const [first, second] = trail.anchors as [AnchorRecord, AnchorRecord];
    trail.anchors = [first, { ...second, time_stamp: stampOf(second) }];
    const { words, json } = await verify('--tsa-ca', roots);
    expect(json).toMatchObject({ verdict: 'good', time_stamps: 1, anchors_stamped: 2 });
    expect(json.longest_wait_seconds).toBeGreaterThanOrEqual(72 * 3600);
    expect(words).toContain('none of 2 anchors is younger than it says by more than 3 days.');
    trail.anchors = [{ ...first, time_stamp: stampOf(first) }, second];
    const other = await verify('--tsa-ca', roots);
    expect(other.words).toContain('; 1 newer ones have none yet.');
  });

  it('takes them from where they are kept outside, beside their anchors', async () => {
    const { hour } = only().anchor;
    const stamp = JSON.stringify({ hour, time_stamp: stampOf(only()) });
    const line = (name: string, text: string): string => `${JSON.stringify({ name, text })}\n`;
    const file = inFile('anchors.ndjson', line(hour, JSON.stringify(only())) + line(`${hour}-time-stamp`, stamp));
    const bucket = join(dir, 'bucket');
    mkdirSync(bucket);
    inFile(`bucket/${hour}.json`, JSON.stringify(only()));
    inFile(`bucket/${hour}-time-stamp.json`, stamp);
    for (const place of [file, bucket])
      expect((await verify('--anchors', place, '--tsa-ca', roots)).json).toMatchObject({
        ...{ verdict: 'good', anchors_compared: 1, time_stamps: 1 },
      });
  });

  it('1 for one that does not hold', async () => {
    trail.anchors = [{ ...only(), time_stamp: authority.stamp('another').toString('base64') }];
    const { code, words } = await verify('--tsa-ca', roots);
    expect([code, words]).toEqual([1, expect.stringContaining('does not count: it is over something else')]);
    const other = new OpensslAuthority();
    trail.anchors = [{ ...only(), time_stamp: other.stamp(anchorText(only().anchor)).toString('base64') }];
    expect((await verify('--tsa-ca', roots)).json.broken?.message).toContain('not certified by an authority');
    other.remove();
    trail.anchors = [{ ...only(), time_stamp: '<none>' }];
    expect((await verify('--tsa-ca', roots)).json.broken?.message).toContain(
      'An anchor of the control plane cannot be read',
    );
  });

  it('2 where there is none, or no root', async () => {
    const { code, json } = await verify('--tsa-ca', roots);
    expect([code, json.reasons]).toEqual([2, ['no anchor has a time stamp']]);
    for (const file of [join(dir, 'nowhere'), inFile('empty.pem', '')])
      expect((await verify('--tsa-ca', file)).json.verdict).toBe('could_not_tell');
  });
});
