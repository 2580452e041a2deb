import { agentV1 } from '@holdshort/contracts';
import { BALANCED } from '@holdshort/policy';
import { SignalsService } from '../signals/signals.service.js';
import { activatePolicy } from '../testing/activate-policy.js';
import { push, rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn } from '../testing/people.js';
import { balancedWith, bringIntoForce } from '../testing/policy-sets.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { GithubApps } from './github-apps.js';
import { GITHUB_COM } from './site-name.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;
const GRACE_MS = 20_000;
/** A sweep and the call to GitHub; the grace itself passes by the moved clock. */
const SWEEP_MS = 8_000;

let versions = 0;
/** The balanced set under a version of its own. */
const anotherVersion = () => ({
  access: BALANCED.access,
  obligations: `${BALANCED.obligations}\n// ${String(++versions)}\n`,
});
const noWrites = () => ({
  access: `${BALANCED.access}\n@id("frozen") @message("Nothing is written today.") forbid (principal, action in Holdshort::Action::"write", resource);`,
  obligations: `${BALANCED.obligations}\n// ${String(++versions)}\n`,
});

describe('leases of an older policy', () => {
  let world: TestWorld;
  let database: string;
  let replica: Replica;
  let second: Replica;
  let agent: TestAgent;
  let session: string;

  beforeAll(async () => {
    world = await TestWorld.start();
    database = await world.newDatabase();
    replica = await world.replica(database);
    second = await world.replica(database);
    agent = await TestAgent.enrolled(replica);
    const alice = await signedIn(replica, 'alice');
    const opened = await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    session = String(opened.body['id']);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const read = () => rest(session, 'repos/get', 'repo.read', { owner: 'acme', repo: 'app' });
  const statusOf = async (token: string | undefined) => {
    const { app } = await replica.server.app.get(GithubApps).installationOfRepository(GITHUB_COM, 'acme', 'app');
    return (await app.http.call('GET', '/repos/acme/app', token ?? '')).status;
  };
  const requests = async () =>
    (await (await fetch(`${world.standin.control}/requests?since=0`)).json()) as {
      method: string;
      path: string;
      status: number;
    }[];
  const revocations = async () =>
    (await requests()).filter(({ method, path }) => method === 'DELETE' && path.endsWith('/installation/token'));
  const fault = async (body: object) => {
    const answer = await fetch(`${world.standin.control}/faults`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`fault: ${String(answer.status)}`);
  };
  const reasonsOf = (from: Replica, leaseId: string | undefined) =>
    from.audit.events
      .filter((event) => event.type === 'lease.revoked' && event.lease?.id === leaseId)
      .map(({ detail }) => detail?.['reason']);

  it('are handed out no more at once, and revoked after the grace of calls under way, on every replica', async () => {
    const other = agent.at(second);
    const [mine, theirs] = [await agent.decide(read()), await other.decide(read())];
    const watch = agent.watch();
    await eventually(() => watch.all.length > 0);
    const version = await activatePolicy(replica, anotherVersion());
    await activated(second, version);

    const fresh = await agent.decide(read());
    expect(fresh).toMatchObject({ effect: EFFECT_ALLOW, policyVersion: version });
    expect(fresh.lease?.id).not.toBe(mine.lease?.id);
    for (const { lease } of [mine, theirs, fresh]) expect(await statusOf(lease?.token)).toBe(200);

    world.clockOffsetMs += GRACE_MS;
    for (const { lease } of [mine, theirs])
      await eventually(async () => (await statusOf(lease?.token)) === 401, SWEEP_MS);
    expect(await statusOf(fresh.lease?.token)).toBe(200);
    await eventually(() => watch.all.some(({ leaseRevoked }) => leaseRevoked?.leaseId === mine.lease?.id));
    await eventually(() => reasonsOf(replica, mine.lease?.id).length > 0);
    await eventually(() => reasonsOf(second, theirs.lease?.id).length > 0);
    expect(reasonsOf(replica, mine.lease?.id)).toEqual(['policy changed']);
    expect(reasonsOf(second, theirs.lease?.id)).toEqual(['policy changed']);
    other.close();
  });

  it('are revoked without a grace where the activation says so', async () => {
    const admin = await signedIn(replica, 'carol');
    const { lease } = await agent.decide(read());
    const body = balancedWith(`// ${String(++versions)}`);
    const version = String((await admin.post('/policies', body)).body['version']);
    const path = `/policies/${encodeURIComponent(version)}/activate`;
    expect((await admin.post(path, { reason: 'a key leaked', at_once: true })).status).toBe(200);
    await eventually(async () => (await statusOf(lease?.token)) === 401, 2_000);
    await eventually(() => replica.audit.events.some(({ detail }) => detail?.['at_once'] === true));
    await bringIntoForce(admin, balancedWith(`// ${String(++versions)}`));
  });

  it('are tried again until GitHub has confirmed', async () => {
    const { lease } = await agent.decide(read());
    await fault({ match: 'DELETE .*/installation/token', status: 502, times: 1 });
    const before = (await revocations()).length;
    await activatePolicy(replica, anotherVersion());
    world.clockOffsetMs += GRACE_MS;
    await eventually(async () => (await statusOf(lease?.token)) === 401, 2 * SWEEP_MS);
    const answers = (await revocations()).slice(before).map(({ status }) => status);
    expect(answers.filter((status) => status === 502)).toHaveLength(1);
    expect(answers).toContain(204);
    await eventually(() => reasonsOf(replica, lease?.id).length === 1);
  });

  it('that GitHub is still making when the policy changes reach nobody, and the new policy answers', async () => {
    const made = (await requests()).filter(({ path }) => path.endsWith('/access_tokens')).length;
    await fault({ match: 'POST .*/access_tokens', delay_ms: 1_500, times: 1 });
    const asked = agent.decide(push(session, 'refs/heads/slow'));
    await eventually(
      async () => (await requests()).filter(({ path }) => path.endsWith('/access_tokens')).length > made,
    );
    const version = await activatePolicy(replica, noWrites());
    const answer = await asked;
    expect(answer).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['policy_forbids'],
      determiningPolicies: ['frozen'],
      policyVersion: version,
    });
    expect(answer.lease).toBeUndefined();
    const { lease } = await eventually(() =>
      replica.audit.events.findLast(
        (event) => event.type === 'lease.issued' && event.correlation_id === 'cor_refs/heads/slow',
      ),
    );
    world.clockOffsetMs += GRACE_MS;
    await eventually(() => reasonsOf(replica, lease?.id).length === 1, SWEEP_MS);
  });

  it('go when the activation was missed, as soon as the line stands again', async () => {
    await activatePolicy(replica, anotherVersion());
    const { lease } = await agent.decide(read());
    await replica.parts.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'`,
    );
    await eventually(() => !replica.server.app.get(SignalsService).isConnected());
    const version = await activatePolicy(replica, anotherVersion());
    await eventually(async () => (await statusOf(lease?.token)) === 401);
    expect(reasonsOf(replica, lease?.id)).toEqual(['policy changed']);
    expect(await agent.decide(read())).toMatchObject({ effect: EFFECT_ALLOW, policyVersion: version });
  });

  it('go when a replica stops within the grace', async () => {
    // what it missed while its line was cut, just before, takes leases without a grace
    await eventually(() => second.server.app.get(SignalsService).isConnected());
    await activated(second, await activatePolicy(replica, anotherVersion()));
    const other = agent.at(second);
    const { lease } = await other.decide(read());
    await activated(second, await activatePolicy(replica, anotherVersion()));
    expect(await statusOf(lease?.token)).toBe(200);
    other.close();
    await second.stop();
    expect(await statusOf(lease?.token)).toBe(401);
  });

  /** Waits until a decision of that replica is made by the version. */
  async function activated(at: Replica, version: string): Promise<void> {
    const there = agent.at(at);
    await eventually(async () => (await there.decide({ ...read(), dryRun: true })).policyVersion === version);
    there.close();
  }
});
