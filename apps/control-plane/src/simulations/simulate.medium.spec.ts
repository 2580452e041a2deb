import { BALANCED, loadPolicySet, loadPolicySetUnindexed, starterSet, type PolicySetSource } from '@holdshort/policy';
import { combineOutcomes } from '../decisions/combine-outcomes.js';
import { rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { recordedEffect, recordedInputs, type RecordedRow } from './recorded-call.js';
import type { SimulationReport } from './simulation-report.js';

const ROWS = 100_000;

/**
 * Recorded decisions of a week, made in the database: engineers, repositories, intents, hours and facts vary in cycles
 * of different length, so that 5,040 differ in more than their second. The recorded effect is the one of the balanced set.
 */
const FILL = `
INSERT INTO holdshort.decisions (id, session_id, agent_id, correlation_id, surface, operation, target, digest, effect, policies,
  policy_version, reason_codes, dry_run, decided_at, request)
SELECT 'dec_' || n, 'ses_' || n % 997, 'agt_1', 'cor_' || n, 'rest', 'op/' || n % 4, 'acme/' || repo, md5(n::text), 'allow',
  '{}', 'sha256:recorded', '{policy_permits}', false, at, jsonb_build_object(
    'operation', jsonb_build_object('surface', 'rest', 'id', 'op/' || n % 4, 'class', 'write', 'method', 'POST', 'path', '/', 'host',
      'api.github.com', 'intents', jsonb_build_array(jsonb_build_object('action', action, 'target', target))),
    'push', NULL,
    'principal', jsonb_build_object('login', 'user' || n % 8, 'sub', 'u' || n % 8, 'assistant', 'copilot', 'human', n % 4 = 0,
      'groups', CASE WHEN n % 7 = 0 THEN '["security"]'::jsonb ELSE '["eng"]'::jsonb END),
    'targets', jsonb_build_array(jsonb_build_object('intent', jsonb_build_object('action', action, 'target', target),
      'repository', jsonb_build_object('id', '1', 'owner', 'acme', 'name', repo, 'defaultBranch', 'main', 'archived', false,
        'visibility', CASE WHEN repo = 'site' THEN 'public' ELSE 'private' END, 'protectedRefs', '["refs/heads/main"]'::jsonb,
        'sets', CASE WHEN repo = 'payments' THEN '["prod"]'::jsonb ELSE '[]'::jsonb END))),
    'findings', CASE WHEN n % 16 = 1 THEN '["secret-warning"]'::jsonb ELSE '[]'::jsonb END,
    'tainted', n % 2 = 0, 'usage', CASE WHEN n % 3 = 0 THEN jsonb_build_object(
      'session', jsonb_build_object('calls', 9, 'writes', n % 72, 'pushes', 0, 'files', 0, 'bytes', 0, 'branches', 0, 'pulls', 0),
      'engineer', jsonb_build_object('calls', 9, 'writes', n % 72, 'pushes', 0, 'files', 0, 'bytes', 0, 'branches', 0, 'pulls', 0)) END,
    'gates', '[]'::jsonb, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM (SELECT n, now() - interval '6 days' + n % 12 * interval '12 hours' + n * interval '1 ms' AS at,
    (ARRAY['app', 'payments', 'site', 'tools', 'docs'])[1 + n % 5] AS repo,
    (ARRAY['repo.read', 'issue.write', 'ref.update', 'pull.merge', 'pull.open', 'comment.write', 'ref.force', 'workflow.run', 'repo.admin'])[1 + n % 9] AS action
  FROM generate_series(1, $1::int) AS n) AS made,
  LATERAL (SELECT jsonb_build_object('owner', 'acme', 'repo', repo, 'repositoryId', '1')
    || CASE WHEN action LIKE 'ref.%' THEN jsonb_build_object('ref', (ARRAY['refs/heads/main', 'refs/heads/topic', 'refs/heads/wip/x'])[1 + n % 3])
       ELSE '{}' END AS target) AS aimed`;

const judged = (set: ReturnType<typeof loadPolicySet>, row: RecordedRow) =>
  combineOutcomes((recordedInputs(row) ?? []).map((input) => set.decide(input)));

describe('simulation', () => {
  let world: TestWorld;
  let replica: Replica;
  let carol: Person;
  let agent: TestAgent;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    carol = await signedIn(replica, 'carol');
    agent = await TestAgent.enrolled(replica);
    await withoutTimeout(FILL, [ROWS]);
    await recordBalanced();
  }, 120_000);
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  /** What no call does: a hundred thousand rows at once, which take longer than a statement may on a busy machine. */
  const withoutTimeout = <T>(sql: string, parameters: unknown[] = []): Promise<T> =>
    replica.parts.database.transaction(async (manager) => {
      await manager.query('SET LOCAL statement_timeout = 0');
      return manager.query<T>(sql, parameters);
    });

  const rows = () =>
    withoutTimeout<RecordedRow[]>(
      'SELECT id, decided_at, session_id, operation, target, effect, policies, reason_codes, request FROM holdshort.decisions ORDER BY decided_at, id',
    );

  /** Gives each row the effect that the balanced set has for it, question by question where questions are alike. */
  async function recordBalanced(): Promise<void> {
    const set = loadPolicySet(BALANCED);
    const byKey = new Map<string, { effect: string; policies: string[]; reasons: string[]; ids: string[] }>();
    for (const row of await rows()) {
      const key = JSON.stringify((recordedInputs(row) ?? []).map((input) => set.questionKey(input)));
      const known = byKey.get(key);
      if (known) known.ids.push(row.id);
      else byKey.set(key, { ...judged(set, row), ids: [row.id] });
    }
    for (const { effect, policies, reasons, ids } of byKey.values())
      await replica.parts.database.query(
        'UPDATE holdshort.decisions SET effect = $1, policies = $2, reason_codes = $3 WHERE id = ANY($4)',
        [effect, policies, reasons, ids],
      );
  }

  async function simulate(source: PolicySetSource): Promise<SimulationReport> {
    const { repositorySets, ...body } = source;
    const saved = await carol.post('/policies', { ...body, repository_sets: repositorySets });
    const begun = await carol.post('/simulations', { version: saved.body['version'] });
    expect(begun).toMatchObject({ status: 202, body: { state: 'running' } });
    const done = await eventually(async () => {
      const { body: now } = await carol.get(`/simulations/${String(begun.body['id'])}`);
      return now['state'] !== 'running' && now;
    }, 60_000);
    expect(done).toMatchObject({ state: 'done', error: null, requested_by: 'carol' });
    return done['report'] as SimulationReport;
  }

  it('finds exactly the flips of 100,000 decisions that asking for each one finds, while decisions go on, and says how long it took', async () => {
    const strict = starterSet('strict');
    const started = performance.now();
    const waiting = simulate(strict);
    const { body: session } = await (await signedIn(replica, 'alice')).post('/sessions', { agent_id: agent.id });
    const read = rest(String(session['id']), 'repos/get', 'repo.read', { owner: 'acme', repo: 'app' });
    // dry runs are no part of a simulation, so these do not disturb the count
    const call = { ...read, dryRun: true };
    await agent.decide(call);
    const slowest = { ms: 0 };
    for (let n = 0; n < 50; n++) {
      const asked = performance.now();
      expect((await agent.decide(call)).policyVersion).not.toBe('');
      slowest.ms = Math.max(slowest.ms, performance.now() - asked);
    }
    const report = await waiting;
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(
      `simulated ${String(report.decisions)} decisions (${String(report.distinct)} distinct) in ${String(report.seconds)} s, ${seconds.toFixed(1)} s with all; ` +
        `${String(report.flips)} flips; slowest decision beside it ${slowest.ms.toFixed(0)} ms\n`,
    );
    expect(report).toMatchObject({ decisions: ROWS, judged: ROWS, skipped: 0 });
    expect(report).toMatchObject(bruteForce(await rows(), strict));
    expect(report.by_change.length).toBeGreaterThan(2);
    expect(report.samples.length).toBeGreaterThan(20);
  }, 300_000);

  /** Every row by itself, every policy of the set; only rows that differ in nothing but id, session and second are taken together. */
  function bruteForce(recorded: RecordedRow[], source: PolicySetSource) {
    const set = loadPolicySetUnindexed(source);
    const answers = new Map<string, ReturnType<typeof judged>>();
    const counts: Record<string, Map<string, number>> = {};
    const count = (kind: string, name: string): void => {
      const of = (counts[kind] ??= new Map());
      of.set(name, (of.get(name) ?? 0) + 1);
    };
    for (const row of recorded) {
      const hour = row.request.at?.slice(0, 13) ?? '';
      const rest_ = { ...row.request, at: null };
      const key = JSON.stringify([hour, rest_]);
      const answer = answers.get(key) ?? judged(set, row);
      answers.set(key, answer);
      if (answer.effect === recordedEffect(row)) continue;
      count('change', `${String(recordedEffect(row))} -> ${answer.effect}`);
      count('actor', row.request.principal?.login ?? '');
      count('repository', row.target);
      const by = answer.policies.length > 0 ? answer.policies : row.effect === 'allow' ? [] : row.policies;
      for (const policy of by.length > 0 ? by : ['(no policy permits)']) count('policy', policy);
    }
    const list = (kind: string) =>
      [...(counts[kind] ?? [])]
        .map(([name, flips]) => ({ name, flips }))
        .sort((a, b) => b.flips - a.flips || (a.name < b.name ? -1 : 1));
    return {
      flips: list('change').reduce((sum, { flips }) => sum + flips, 0),
      by_change: list('change'),
      by_policy: list('policy'),
      by_actor: list('actor'),
      by_repository: list('repository'),
    };
  }

  it('finds no flips for the set that has decided', async () => {
    expect(await simulate({ ...BALANCED, name: 'the same', cases: [] })).toMatchObject({ flips: 0, samples: [] });
  }, 60_000);

  it('leaves out what policy has not decided, and takes what people refused for held', async () => {
    const database = replica.parts.database;
    await database.query(`DELETE FROM holdshort.decisions WHERE id NOT IN ('dec_1', 'dec_2', 'dec_3')`);
    await database.query(
      `UPDATE holdshort.decisions SET reason_codes = '{lease_unavailable}', effect = 'deny' WHERE id = 'dec_1'`,
    );
    await database.query(
      `UPDATE holdshort.decisions SET reason_codes = '{approval_rejected}', effect = 'deny' WHERE id = 'dec_2'`,
    );
    await database.query(`UPDATE holdshort.decisions SET dry_run = true WHERE id = 'dec_3'`);
    const permit = '@id("all") permit (principal, action, resource);';
    const report = await simulate({ name: 'all', access: permit, obligations: '' });
    expect(report).toMatchObject({ decisions: 2, judged: 1, skipped: 1, flips: 1 });
    expect(report.samples).toMatchObject([
      { decision_id: 'dec_2', recorded: 'hold', simulated: 'allow', policies: ['all'] },
    ]);
  }, 60_000);

  it('runs one at a time, and tells of versions and simulations that are not there', async () => {
    expect((await carol.post('/simulations', { version: 'sha256:nothing' })).status).toBe(404);
    expect((await carol.get('/simulations/sim_none')).status).toBe(404);
    expect((await carol.post('/simulations', { version: 'x', from: 'yesterday' })).status).toBe(400);
  });
});
