import { BALANCED, loadPolicySet } from '@holdshort/policy';
import { PoliciesService } from '../policies/policies.service.js';
import { eventually } from '../testing/eventually.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld } from '../testing/test-world.js';

describe('replicas', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await TestWorld.start();
  });
  afterAll(() => world.stop());

  it('take over another policy version within a second, and tell their agents', async () => {
    const database = await world.newDatabase();
    const [first, second] = [await world.replica(database), await world.replica(database)];
    const agent = await TestAgent.enrolled(first);
    const other = agent.at(second);
    const watches = [agent.watch(), other.watch()];
    await eventually(() => watches.every((watch) => watch.all.length > 0));
    const source = { access: BALANCED.access, obligations: `${BALANCED.obligations}\n// another version\n` };
    const { version } = loadPolicySet({ name: 'balanced', ...source });
    const started = Date.now();
    await first.parts.database.transaction(async (manager) => {
      await manager.query('UPDATE holdshort.policy_versions SET active = false');
      await manager.query(
        `INSERT INTO holdshort.policy_versions (version, name, source, created_at, activated_at, active)
         VALUES ($1, 'balanced', $2, now(), now(), true)`,
        [version, source],
      );
      await manager.query(`SELECT pg_notify('holdshort_signals', $1)`, [
        JSON.stringify({ kind: 'policy_activated', version }),
      ]);
    });
    const versionAt = (replica: typeof first) => replica.server.app.get(PoliciesService).current().version;
    await eventually(() => [first, second].every((replica) => versionAt(replica) === version));
    await eventually(() =>
      watches.every((watch) => watch.all.some((message) => message.policyActivated?.policyVersion === version)),
    );
    expect(Date.now() - started).toBeLessThan(1_000);
    for (const each of [agent, other]) each.close();
  });
});
