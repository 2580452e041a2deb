import { describeWithKafka } from '@holdshort/testkit';
import { Stack } from '../../harness/stack.js';
import { until } from '../../harness/until.js';
import { codesOf, ExaminedWorkspace } from './examined-workspace.js';

describeWithKafka('holdshort doctor, with Apache Kafka', () => {
  let stack: Stack;
  let workspace: ExaminedWorkspace;
  beforeAll(async () => {
    stack = await Stack.start({ kafka: true });
    await stack.signIn('alice');
    workspace = await ExaminedWorkspace.open(stack);
  }, 300_000);
  afterAll(() => stack.stop());

  it('tells of a broker that is away, and no more when it is back', async () => {
    expect(codesOf(await workspace.examine())).toEqual(['no_session']);
    stack.kill('kafka', 'SIGKILL');
    const read = 'holdshort run --assistant copilot -- git ls-remote -q https://github.com/acme/app.git >/dev/null';
    await until(
      async () => {
        await workspace.shell(read);
        const { findings } = await workspace.examine();
        const texts = findings.filter(({ code }) => code === 'trail_not_delivered').map(({ what }) => what);
        return texts.some((text) => /^The agent has \d+ records that Kafka has not taken/.test(text));
      },
      { withinMs: 60_000, everyMs: 500 },
    );
    const found = await workspace.examine();
    expect(found.code).toBe(0);
    expect(found.findings.find(({ code }) => code === 'trail_not_delivered')).toMatchObject({
      severity: 'warning',
      fix: 'Bring back Kafka, or open the way to it; delivery goes on by itself.',
    });
    await stack.restart('kafka');
    await until(async () => codesOf(await workspace.examine()).join() === 'no_session', {
      withinMs: 90_000,
      everyMs: 1_000,
    });
  }, 240_000);
});
