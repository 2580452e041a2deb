import { agentV1 } from '@holdshort/contracts';
import { push, rest } from '../../testing/calls.js';
import { eventually } from '../../testing/eventually.js';
import { anonymous, Person } from '../../testing/people.js';
import { issuedTokens } from '../../testing/standin-process.js';
import { TestAgent } from '../../testing/test-agent.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';
import { walkForms } from '../../testing/walk-forms.js';
import { sha256Hex } from '../../random-id.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;
/** A little over HOLDSHORT_IDENTITY_CHECK_SECONDS as it is by default. */
const CHECK_MS = 21_000;

/** The provider is the real one of the embedded stack; only the control planes' clocks are moved. */
describe('people whom their provider no longer vouches for, or puts elsewhere', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const signIn = async (login: string): Promise<Person> => {
    const { body: device } = await anonymous(replica).post('/auth/device');
    const typed = { login, password: login, username: login };
    await walkForms(String(device['verification_uri_complete']), typed);
    const { body } = await anonymous(replica).post('/auth/device/token', { handle: device['handle'] });
    return new Person(replica.server.httpUrl, String(body['token']));
  };
  const openSession = async (person: Person): Promise<string> => {
    const { body } = await person.post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    return String(body['id']);
  };
  const events = (type: string, login: string) =>
    replica.audit.events.filter((event) => event.type === type && event.human?.login === login);
  const isTold = (login: string, type: string) => eventually(() => events(type, login)[0]);

  it('a change of groups counts at the next refresh, in live sessions too', async () => {
    const bob = await signIn('bob');
    const session = await openSession(bob);
    const watch = agent.watch();
    await eventually(() => watch.all.length >= 2);
    expect((await agent.decide(push(session, 'refs/heads/topic'))).effect).toBe(EFFECT_ALLOW);
    expect((await bob.get('/auth/me')).body).toMatchObject({ roles: ['engineer'] });

    world.idp.changePerson('bob', { groups: ['security'] });
    expect((await bob.get('/auth/me')).body).toMatchObject({ roles: ['engineer'] }); // not asked yet
    world.clockOffsetMs += CHECK_MS;
    const { body } = await bob.get('/auth/me');
    expect(body).toMatchObject({ human: { groups: ['security'] } });
    expect([...(body['roles'] as string[])].sort()).toEqual(['approver', 'auditor']);
    await eventually(() => watch.all.some(({ sessionRevoked }) => sessionRevoked?.sessionId === session));
    expect((await agent.decide(push(session, 'refs/heads/topic'))).effect).toBe(EFFECT_DENY);
    expect((await isTold('bob', 'auth.groups_changed')).detail).toEqual({ before: 'eng', after: 'security' });
    expect(events('auth.groups_changed', 'bob')).toHaveLength(1);
  });

  it('a disabled person is refused everywhere: sign-in, API token, session, lease', async () => {
    const alice = await signIn('alice');
    const session = await openSession(alice);
    const made = await alice.post('/tokens', { name: 'script', scopes: ['sessions:read'] });
    const script = new Person(replica.server.httpUrl, String(made.body['token']));
    expect((await script.get('/sessions')).status).toBe(200);
    const { lease } = await agent.decide(rest(session, 'repos/get', 'repo.read', { owner: 'acme', repo: 'app' }));
    const leaseSha256 = sha256Hex(lease?.token ?? '');

    world.idp.changePerson('alice', { disabled: true });
    world.clockOffsetMs += CHECK_MS;
    expect((await script.get('/sessions')).status).toBe(401);
    expect((await alice.get('/auth/me')).status).toBe(401);
    expect(await agent.decide(push(session, 'refs/heads/topic'))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['session_ended'],
    });
    await eventually(async () =>
      (await issuedTokens(world.standin)).some(({ sha256, revoked }) => sha256 === leaseSha256 && revoked),
    );
    expect((await isTold('alice', 'auth.identity_ended')).detail).toEqual({
      reason: 'the identity provider says invalid_grant',
    });

    world.idp.changePerson('alice', { disabled: false });
    expect((await alice.get('/auth/me')).status).toBe(401); // the old sign-in stays over
    expect((await (await signIn('alice')).get('/auth/me')).status).toBe(200);
    expect(events('auth.identity_ended', 'alice')).toHaveLength(1);
  });

  it('the session of somebody who asks nothing ends as well, without a call', async () => {
    const sue = await signIn('sue');
    const session = await openSession(sue);
    world.idp.changePerson('sue', { disabled: true });
    world.clockOffsetMs += CHECK_MS;
    await isTold('sue', 'session.closed');
    expect((await agent.decide(push(session, 'refs/heads/topic'))).reasonCodes).toEqual(['session_ended']);
  });

  it('an outage of the provider is survived for the grace, and no longer', async () => {
    const dave = await signIn('dave');
    await world.idp.stop();
    world.clockOffsetMs += CHECK_MS;
    expect((await dave.get('/auth/me')).status).toBe(200);
    world.clockOffsetMs += 3_600_000;
    expect((await dave.get('/auth/me')).status).toBe(401);
  });
});
