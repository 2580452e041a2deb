import { agentV1 } from '@holdshort/contracts';
import { digestOf, push, rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { balancedWith, bringIntoForce } from '../testing/policy-sets.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { PoliciesService } from '../policies/policies.service.js';
import { DecisionEntity } from './decision.entity.js';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_HOLD } = agentV1.Effect;
const APP = { owner: 'acme', repo: 'app' };
const SITE = { owner: 'acme', repo: 'site' };

const CAP = (limit: number): string =>
  `@id("cap") @message("Enough for now.") forbid (principal, action in Holdshort::Action::"write", resource) when { context.usage.session.writes >= ${limit} };`;

describe('facts that the control plane keeps', () => {
  let world: TestWorld;
  let first: Replica;
  let second: Replica;
  let here: TestAgent;
  let there: TestAgent;
  let alice: Person;
  let carol: Person;

  beforeAll(async () => {
    world = await TestWorld.start();
    const database = await world.newDatabase();
    first = await world.replica(database);
    second = await world.replica(database);
    here = await TestAgent.enrolled(first);
    there = here.at(second);
    alice = await signedIn(first, 'alice');
    carol = await signedIn(first, 'carol');
  });
  afterAll(async () => {
    here.close();
    there.close();
    await world.stop();
  });

  const open = async (body: object = { assistant: 'copilot' }): Promise<string> =>
    String((await alice.post('/sessions', { ...body, agent_id: here.id })).body['id']);
  const issue = (session: string, n = 0, target = APP) => ({
    ...rest(session, 'issues/create', 'issue.write', target),
    digest: digestOf(`${session} ${String(n)}`),
  });
  const everywhere = (version: string) =>
    eventually(
      () => [first, second].every((replica) => replica.server.app.get(PoliciesService).current().version === version),
      5_000,
    );
  const use = async (more: string, body: object = {}): Promise<void> => {
    await everywhere(await bringIntoForce(carol, balancedWith(more, body)));
  };

  describe('calls to models', () => {
    const call = (session: string, operationId = 'copilot/chat-completions') => {
      const asked = rest(session, operationId, 'model.call', { account: true });
      return { ...asked, operation: { ...asked.operation, surface: 'copilot', host: 'api.githubcopilot.com' } };
    };
    const forbid = (what: string, when: string): string =>
      `@id("more") @message("No.") forbid (principal, action ${what}, resource) when { ${when} };`;
    const MODEL = '== Holdshort::Action::"model.call"';

    it('may be answered by the agent for a minute, without waiting for their turn to be counted', async () => {
      await use('');
      const answer = await here.decide(call(await open()));
      expect(answer).toMatchObject({ effect: EFFECT_ALLOW, cacheableSeconds: 60 });
    });

    it.each([
      ['counts them', forbid(MODEL, 'context.usage.engineer.calls >= 1000')],
      [
        'counts them for something else',
        forbid('in Holdshort::Action::"write"', 'context.usage.session.calls >= 1000'),
      ],
      ['looks at what the session has read', forbid(MODEL, 'context.session.tainted')],
      ['has an emergency way', forbid(MODEL, 'context.session.breakGlass && context.local.hour > 23')],
    ])('are each decided where a policy %s', async (_what, policy) => {
      await use(policy);
      const answer = await here.decide(call(await open()));
      expect(answer).toMatchObject({ effect: EFFECT_ALLOW, cacheableSeconds: 0 });
    });

    it('are refused from the call on that a cap names', async () => {
      await use(forbid(MODEL, 'context.usage.session.calls >= 2'));
      const session = await open();
      const effects = [];
      for (const agent of [here, there, here]) effects.push((await agent.decide(call(session))).effect);
      expect(effects).toEqual([EFFECT_ALLOW, EFFECT_ALLOW, EFFECT_DENY]);
    });
  });

  describe('taint', () => {
    it('holds what a session writes in public once it has read something private, by either replica', async () => {
      const session = await open();
      expect((await there.decide(issue(session, 0, SITE))).effect).toBe(EFFECT_ALLOW);
      expect((await here.decide(rest(session, 'repos/get', 'repo.read', APP))).effect).toBe(EFFECT_ALLOW);
      for (const [agent, call] of [
        [there, issue(session, 1, SITE)],
        [here, rest(session, 'issues/create-comment', 'comment.write', SITE)],
        [there, rest(session, 'pulls/create', 'pull.open', SITE)],
        [here, push(session, 'refs/heads/topic', { repo: 'site' })],
      ] as const) {
        const { effect, determiningPolicies, message } = await agent.decide(call);
        expect([effect, determiningPolicies]).toEqual([EFFECT_HOLD, ['hold-tainted-publication']]);
        expect(message).toContain('has read a private repository');
      }
      expect((await here.decide(issue(session, 2))).effect).toBe(EFFECT_ALLOW);
      expect((await here.decide(rest(session, 'repos/get', 'repo.read', SITE))).effect).toBe(EFFECT_ALLOW);
    });

    it('stays with the session: another one of the same engineer may write in public', async () => {
      const tainted = await open();
      await here.decide(rest(tainted, 'pulls/list', 'pull.read', APP));
      expect((await there.decide(issue(tainted, 0, SITE))).effect).toBe(EFFECT_HOLD);
      expect((await there.decide(issue(await open(), 0, SITE))).effect).toBe(EFFECT_ALLOW);
    });

    it('is not set by dry runs, by refused reads or by reads of public repositories', async () => {
      const session = await open();
      await here.decide({ ...rest(session, 'repos/get', 'repo.read', APP), dryRun: true });
      await here.decide(rest(session, 'actions/list', 'secret.read', APP));
      await here.decide(rest(session, 'repos/get', 'repo.read', SITE));
      await here.decide(rest(session, 'meta/root', 'account.read', { account: true }));
      await here.decide(rest(session, 'rate-limit/get', 'metadata.read', { account: true }));
      expect((await there.decide(issue(session, 0, SITE))).effect).toBe(EFFECT_ALLOW);
    });

    it('counts what the same call reads', async () => {
      const session = await open();
      const call = issue(session, 0, SITE);
      const intents = [...(call.operation?.intents ?? []), { action: 'repo.read', target: APP }];
      expect((await here.decide({ ...call, operation: { ...call.operation, intents } })).effect).toBe(EFFECT_HOLD);
    });

    it('leaves people alone in the balanced set, and is kept with the decision', async () => {
      const human = await open({ human: true });
      await here.decide(rest(human, 'repos/get', 'repo.read', APP));
      const answer = await there.decide(issue(human, 0, SITE));
      expect(answer.effect).toBe(EFFECT_ALLOW);
      const row = await eventually(() =>
        first.parts.database.getRepository(DecisionEntity).findOneBy({ id: answer.decisionId }),
      );
      expect(row.request).toMatchObject({ tainted: true });
    });
  });

  describe('caps', () => {
    it('let 60 writes of an hour through and refuse the 61st with the time, wherever they come from', async () => {
      await use(CAP(60));
      const session = await open();
      const writes = Array.from({ length: 66 }, (_, n) => (n % 2 === 0 ? here : there).decide(issue(session, n)));
      const answers = await Promise.all(writes);
      expect(answers.filter(({ effect }) => effect === EFFECT_ALLOW)).toHaveLength(60);
      const refused = answers.find(({ effect }) => effect === EFFECT_DENY);
      expect(refused).toMatchObject({ reasonCodes: ['cap_reached'], determiningPolicies: ['cap'] });
      const [, time = ''] = /It will pass again at (\S+Z), in \d+ minutes\.$/.exec(refused?.message ?? '') ?? [];
      const wait = Date.parse(time) - Date.now();
      expect(wait).toBeGreaterThan(3_500_000);
      expect(wait).toBeLessThanOrEqual(3_601_000);
      expect((await here.decide(rest(session, 'repos/get', 'repo.read', APP))).effect).toBe(EFFECT_ALLOW);
      expect((await here.decide(issue(await open()))).effect).toBe(EFFECT_ALLOW);
      // GitHub's clock cannot be moved with ours, so the calls are made older instead
      const aged = () =>
        first.parts.database.query(`UPDATE holdshort.usage SET at = at - $1 * interval '1 ms' WHERE session_id = $2`, [
          Date.parse(time) - Date.now() - 2_000,
          session,
        ]);
      await aged();
      expect((await there.decide(issue(session, 98))).effect).toBe(EFFECT_DENY);
      await eventually(async () => (await there.decide(issue(session, 99))).effect === EFFECT_ALLOW, 4_000);
    });

    it('count what was allowed, not what was refused, held or only asked', async () => {
      await use(CAP(1));
      const session = await open();
      await here.decide({ ...issue(session), dryRun: true });
      await here.decide(push(session, 'refs/heads/main', { kind: 'update' }));
      await here.decide(rest(session, 'pulls/merge', 'pull.merge', APP));
      await here.decide(rest(session, 'repos/get', 'repo.read', APP));
      expect((await here.decide(issue(session, 1))).effect).toBe(EFFECT_ALLOW);
      expect(await there.decide(issue(session, 2))).toMatchObject({ reasonCodes: ['cap_reached'] });
    });

    it('count pushes, files, bytes, branches and pull requests, per engineer over all sessions', async () => {
      await use(
        ['pushes >= 2', 'files >= 5', 'bytes >= 2500', 'branches >= 3', 'pulls >= 1', 'calls >= 6']
          .map((test, n) => {
            const [measure = ''] = test.split(' ');
            const ref = `refs/heads/cap-${measure}`;
            return `@id("cap-${String(n)}") @message("m") forbid (principal, action == Holdshort::Action::"ref.create", resource) when { context.usage.engineer.${test} && context.push.ref == "${ref}" };`;
          })
          .join('\n'),
      );
      await first.parts.database.query('DELETE FROM holdshort.usage');
      const probe = async (): Promise<string[]> => {
        const session = await open();
        const found: string[] = [];
        for (const measure of ['pushes', 'files', 'bytes', 'branches', 'pulls', 'calls']) {
          const call = { ...push(session, `refs/heads/cap-${measure}`), dryRun: true };
          if ((await there.decide(call)).effect === EFFECT_DENY) found.push(measure);
        }
        return found;
      };
      expect(await probe()).toEqual([]);
      const session = await open();
      await here.decide(push(session, 'refs/heads/one', { paths: ['a', 'b', 'c'] }));
      expect(await probe()).toEqual([]);
      await there.decide(push(await open(), 'refs/heads/two', { paths: ['d', 'e'] }));
      expect(await probe()).toEqual(['pushes', 'files']);
      await here.decide(push(session, 'refs/heads/three'));
      await here.decide(rest(session, 'pulls/create', 'pull.open', APP));
      await eventually(async () => (await probe()).includes('pulls'), 5_000);
      expect(await probe()).toEqual(['pushes', 'files', 'bytes', 'branches', 'pulls']);
    });
  });

  it('only observes where the set says so, and records what it would have done', async () => {
    await use('', { observe: ['prod'] });
    const session = await open();
    const refused = await here.decide(rest(session, 'repos/update', 'repo.admin', APP));
    expect(refused).toMatchObject({ effect: EFFECT_DENY });
    const answer = await here.decide(rest(session, 'pulls/merge', 'pull.merge', { owner: 'acme', repo: 'payments' }));
    expect(answer).toMatchObject({
      effect: EFFECT_ALLOW,
      reasonCodes: ['observed', 'approval_required'],
      determiningPolicies: ['hold-assistant-merge'],
    });
    const rows = first.parts.database.getRepository(DecisionEntity);
    expect(await eventually(() => rows.findOneBy({ id: answer.decisionId }))).toMatchObject({
      effect: 'allow',
      wouldEffect: 'hold',
    });
  });

  it('opens an emergency way for one session, by somebody else, for a while', async () => {
    await use(
      '@id("freeze") @message("Frozen.") forbid (principal, action == Holdshort::Action::"issue.write", resource) unless { context.session.breakGlass };',
    );
    const session = await open();
    const body = { session_id: session, reason: 'production is down', minutes: 10 };
    expect((await here.decide(issue(session, 1))).effect).toBe(EFFECT_DENY);
    expect((await carol.post('/policies/break-glass', body)).status).toBe(201);
    expect((await there.decide(issue(session, 2))).effect).toBe(EFFECT_ALLOW);
    expect((await there.decide(issue(await open(), 3))).effect).toBe(EFFECT_DENY);
    world.clockOffsetMs = 11 * 60_000;
    try {
      expect((await here.decide(issue(session, 4))).effect).toBe(EFFECT_DENY);
    } finally {
      world.clockOffsetMs = 0;
    }
    const event = await eventually(() => first.audit.events.find(({ type }) => type === 'policy.break_glass'));
    expect(event).toMatchObject({ session_id: session, human: { login: 'carol' }, detail: { reason: body.reason } });
  });
});
