import { BALANCED } from '@holdshort/policy';
import { PoliciesService } from '../policies/policies.service.js';
import { activatePolicy } from '../testing/activate-policy.js';
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
    const version = await activatePolicy(first, source);
    // to read and compile a set takes its time; what is promised is how soon others know
    const started = Date.now();
    const versionAt = (replica: typeof first) => replica.server.app.get(PoliciesService).current().version;
    await eventually(() => [first, second].every((replica) => versionAt(replica) === version));
    await eventually(() =>
      watches.every((watch) => watch.all.some((message) => message.policyActivated?.policyVersion === version)),
    );
    expect(Date.now() - started).toBeLessThan(1_000);
    for (const each of [agent, other]) each.close();
  });
});
