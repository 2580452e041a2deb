import { readFile } from 'node:fs/promises';
import { eventHash, type AuditEvent } from '@holdshort/audit-events';
import pg from 'pg';
import { said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

interface Verdict {
  verdict: string;
  broken?: { kind: string; chain_id: string; seq: number; through?: number; id?: string; message: string };
  reasons: string[];
  checkpoints: number;
  heads: number;
  anchors_compared: number;
}

const TABLES = ['audit.events', 'audit.checkpoints', 'holdshort.audit_heads', 'holdshort.audit_anchors'];
/** The first anchor is made within a minute of the start. */
const ANCHORED_WITHIN_MS = 90_000;
const SETTLED_WITHIN_MS = 40_000;

describe('a superuser of the store', () => {
  let stack: Stack;
  let store: pg.Client;
  let anchors: string;
  /** An agent's chain, with all its records. */
  let chain: { id: string; events: AuditEvent[] };

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
    anchors = stack.workFile('anchors.ndjson');
    stack.kill('control-plane', 'SIGKILL');
    await stack.restart('control-plane', { HOLDSHORT_AUDIT_ANCHOR_FILE: anchors });
    await stack.agentReady();
    const ran = await stack.script(
      'alice',
      'git clone -q https://github.com/acme/app.git w && cd w && git config user.email a@b && git config user.name a && ' +
        'for n in 1 2 3; do git checkout -q -b topic/$n && git commit -q --allow-empty -m $n && git push -q origin topic/$n; done',
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
    stack.kill('agent', 'SIGKILL');
    await stack.restart('agent');
    store = new pg.Client({ connectionString: stack.dev.database });
    await store.connect();
    await until(async () => (await readFile(anchors, 'utf8').catch(() => '')) !== '', patience(ANCHORED_WITHIN_MS));
    await until(async () => (await verify()).code === 0, patience(SETTLED_WITHIN_MS));
    chain = await pushesChain();
    for (const table of TABLES) await store.query(`CREATE TABLE public.${copyOf(table)} AS SELECT * FROM ${table}`);
  }, 300_000);
  afterAll(async () => {
    await store.end();
    await stack.stop();
  });
  afterEach(async () => {
    // the control plane goes on writing of what it was asked: only what was there is put back
    for (const table of TABLES) {
      const key = table === 'holdshort.audit_anchors' ? 'hour' : table === 'holdshort.audit_heads' ? 'chain_id' : 'id';
      await store.query(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM public.${copyOf(table)})`);
      await store.query(`INSERT INTO ${table} SELECT * FROM public.${copyOf(table)}`);
    }
    expect(said(await verify())).toBe('ok');
  });

  const copyOf = (table: string): string => table.replace('.', '_');
  const verify = (...args: string[]): Promise<Ran> =>
    stack.holdshort('sam', ['audit', 'verify', '--json', '--settle', '60', ...args]);
  /** All that is broken was settled long before: nothing may be excused as on its way. */
  const verdict = async (...args: string[]): Promise<{ code: number | null } & Verdict> => {
    const ran = await verify('--settle', '0', ...args);
    return { code: ran.code, ...(JSON.parse(ran.stdout) as Verdict) };
  };

  const patience = (withinMs: number) => ({ withinMs, everyMs: 1000, instead: async () => (await verify()).text });

  async function pushesChain(): Promise<{ id: string; events: AuditEvent[] }> {
    const { rows } = await store.query<{ event: AuditEvent }>(
      `SELECT event FROM audit.events WHERE chain_id IN (SELECT chain_id FROM audit.events WHERE event->'push' IS NOT NULL)
       ORDER BY seq`,
    );
    return { id: rows[0]?.event.chain_id ?? '', events: rows.map(({ event }) => event) };
  }

  const replace = (event: AuditEvent): Promise<unknown> =>
    store.query('UPDATE audit.events SET event = $2 WHERE id = $1', [event.id, JSON.stringify(event)]);
  const middle = (): AuditEvent => chain.events[Math.floor(chain.events.length / 2)] as AuditEvent;

  /** As somebody with the store but without the keys would: content changed, every hash after it made anew. */
  async function rewriteFrom({ seq }: AuditEvent): Promise<void> {
    let prev = chain.events[seq - 1]?.prev_hash ?? '';
    for (const event of chain.events.slice(seq - 1)) {
      const forged = { ...event, ...(event.seq === seq ? { correlation_id: 'forged' } : {}), prev_hash: prev };
      prev = eventHash(forged);
      await replace({ ...forged, hash: prev });
    }
  }

  it('finds a whole trail otherwise, signed to its ends after both were killed, with the same anchors outside', async () => {
    const found = await verdict('--settle', '60', '--anchors', anchors);
    expect(found).toMatchObject({ code: 0, verdict: 'good', anchors_compared: 1 });
    expect(found.checkpoints).toBeGreaterThan(3);
    expect(found.heads).toBeGreaterThan(2);
    expect(chain.events.length).toBeGreaterThan(6);
    const { rows } = await store.query('SELECT 1 FROM audit.checkpoints WHERE chain_id = $1 AND seq = $2', [
      chain.id,
      chain.events.length,
    ]);
    expect(rows).not.toEqual([]);
  });

  it('is found out by the record that was changed', async () => {
    const { id, seq } = middle();
    await store.query(
      `UPDATE audit.events SET event = jsonb_set(event::jsonb, '{human,login}', '"mallory"')::json WHERE id = $1`,
      [id],
    );
    expect(await verdict()).toMatchObject({ code: 1, broken: { kind: 'edited', chain_id: chain.id, seq, id } });
  });

  it('is found out by the record that is gone', async () => {
    const { id, seq } = middle();
    await store.query('DELETE FROM audit.events WHERE id = $1', [id]);
    expect(await verdict()).toMatchObject({ code: 1, broken: { kind: 'deleted', chain_id: chain.id, seq } });
  });

  it('is found out by the countersigned head where a tail was cut with its checkpoints', async () => {
    const { seq } = middle();
    await store.query('DELETE FROM audit.events WHERE chain_id = $1 AND seq >= $2', [chain.id, seq]);
    await store.query('DELETE FROM audit.checkpoints WHERE chain_id = $1 AND seq >= $2', [chain.id, seq]);
    const { code, broken } = await verdict();
    expect({ code, broken }).toMatchObject({
      code: 1,
      broken: { kind: 'cut_tail', chain_id: chain.id, seq, through: chain.events.length },
    });
    expect(broken?.message).toMatch(/countersigned head|anchor/);
  });

  it('is found out by the first record that was rewritten with all hashes after it', async () => {
    await rewriteFrom(middle());
    expect(await verdict()).toMatchObject({
      code: 1,
      broken: { kind: 'rewritten', chain_id: chain.id, seq: middle().seq },
    });
  });

  it('is found out by the anchors outside where checkpoints, heads and anchors were removed with it', async () => {
    await rewriteFrom(middle());
    await store.query('DELETE FROM audit.checkpoints WHERE chain_id = $1', [chain.id]);
    await store.query('DELETE FROM holdshort.audit_heads WHERE chain_id = $1', [chain.id]);
    await store.query('DELETE FROM holdshort.audit_anchors');
    expect(await verdict()).toMatchObject({ code: 2, verdict: 'could_not_tell' });
    const { code, broken } = await verdict('--anchors', anchors);
    expect(code).toBe(1);
    expect(broken?.message).toContain('The control plane has lost the anchor of');
    const exported = stack.workFile('export.ndjson');
    expect(said(await stack.holdshort('sam', ['audit', 'archive', '--output', exported]))).toBe('ok');
    expect(await verdict('--anchors', anchors, '--file', exported)).toMatchObject({
      code: 1,
      broken: { kind: 'rewritten', chain_id: chain.id },
    });
  });

  it('is found out where the signature over the head was exchanged', async () => {
    await store.query(
      `UPDATE holdshort.audit_heads SET head = jsonb_set(head::jsonb, '{seq}', '3')::text WHERE chain_id = $1`,
      [chain.id],
    );
    const { code, broken } = await verdict();
    expect({ code, broken }).toMatchObject({ code: 1, broken: { kind: 'wrong_key', chain_id: chain.id, seq: 3 } });
  });
});
