import { createHash } from 'node:crypto';
import { EventChain, type AuditEvent, type EventDraft } from '@holdshort/audit-events';
import pg from 'pg';

/** Days over which the stored events are spread. */
export const DAYS = 14;
export const DAY_MS = 86_400_000;
export const REPOS = 200;
/** Calls of one session; each tenth is a push. */
export const PER_SESSION = 40;

/** A commit id, the same here and in SQL. */
export const commitOf = (n: number): string => `${createHash('md5').update(`c${n}`).digest('hex')}00000000`;
const COMMIT = (n: string): string => `md5('c' || ${n}) || '00000000'`;

export const newChain = (agent: string): EventChain =>
  new EventChain({ emitter: { id: agent, host: 'box', version: '1' }, tenant: 'default' });

/** The nth call: of a session of one engineer in one repository. */
export function draftOf(n: number): EventDraft {
  const session = Math.floor(n / PER_SESSION);
  const isPush = n % 10 === 0;
  const change = {
    ref: 'refs/heads/main',
    old: commitOf(n),
    new: commitOf(n + 10),
    kind: 'update' as const,
    paths: [`src/${n % 997}.ts`],
  };
  return {
    type: isPush ? 'call.write' : 'call.read',
    phase: isPush ? 'attempt' : 'single',
    correlation_id: `call_${n}`,
    session_id: `ses_${session}`,
    human: { sub: `s${session % 50}`, login: `engineer-${session % 50}`, idp: 'https://idp.example.com' },
    ai: { tool: 'copilot', session_id: '01890000-0000-7000-8000-000000000000', model: 'a-model' },
    target: { host: 'github.com', repo: `acme/repo-${session % REPOS}` },
    decision: {
      id: `dec_${n}`,
      effect: 'allow',
      rules: ['balanced.read'],
      policy_version: '1',
      reason: ['policy_permits'],
    },
    ...(isPush ? { push: [change] } : {}),
    outcome: 'success',
  };
}

/** A sealed event of that time, its id of the same moment. */
export function eventAt(chain: EventChain, ms: number, n: number): AuditEvent {
  const { event } = chain.append(chain.prepare({ ...draftOf(n), time: new Date(ms).toISOString() }));
  const hex = ms.toString(16).padStart(12, '0');
  return { ...event, id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}` };
}

/**
 * Copies of one sealed event in PostgreSQL, with columns of their own, oldest first: of millions the sealing would take
 * longer than all that is measured. One in 50 is refused, one in 1,000 of another assistant, one in 5,000 of another
 * type, one in 5,000 under a policy of its own and with a word in its text that no other has.
 */
const COPIES = `
  INSERT INTO audit.events (id, occurred_at, chain_id, seq, type, phase, session_id, human_login, repo, ref, decision,
    correlation_id, event, assistant, policies, commits, paths)
  SELECT gen_random_uuid(), now() - interval '${DAYS - 1} days' * (1 - n::float8 / $3::int), 'chain_' || n % 20, n,
    CASE WHEN n % 5000 = 1 THEN 'policy.saved' WHEN n % 10 = 0 THEN 'call.write' ELSE 'call.read' END, 'single', 'old_' || n / ${PER_SESSION},
    'engineer-' || n / ${PER_SESSION} % 50, 'acme/repo-' || n / ${PER_SESSION} % ${REPOS},
    CASE WHEN n % 10 = 0 THEN 'refs/heads/topic-' || n % 1000 END, CASE WHEN n % 50 = 0 THEN 'deny' ELSE 'allow' END,
    'old_' || n, CASE WHEN n % 5000 = 0 THEN replace($4::text, 'a-model', 'a-rare-model')::json ELSE $4::json END,
    CASE WHEN n % 1000 = 0 THEN 'codex' ELSE 'copilot' END,
    CASE WHEN n % 5000 = 0 THEN '{acme.rare}'::text[] ELSE '{balanced.read}'::text[] END,
    CASE WHEN n % 10 = 0 THEN ARRAY[${COMMIT('n')}, ${COMMIT('n + 10')}] END,
    CASE WHEN n % 10 = 0 THEN ARRAY['src/' || n % 997 || '.ts', 'CHANGELOG.md'] END
  FROM generate_series($1::int, $2::int - 1) AS n`;

/** Fills a store whose partitions of the last days are there. */
export async function fill(pool: pg.Pool, total: number): Promise<void> {
  const text = JSON.stringify(eventAt(newChain('agt_bench'), Date.now(), 1));
  const step = 100_000;
  for (let from = 0; from < total; from += step)
    await pool.query(COPIES, [from, Math.min(from + step, total), total, text]);
  await pool.query('VACUUM ANALYZE audit.events');
}
