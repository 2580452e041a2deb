import { agentV1 } from '@holdshort/contracts';
import { BALANCED } from '@holdshort/policy';
import { GithubLinks } from '../github-links/github-links.service.js';
import { UserTokensService } from '../github-links/user-tokens.service.js';
import { activatePolicy } from '../testing/activate-policy.js';
import { push, rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { linkByDevice } from '../testing/link-github.js';
import { signedIn, type Person } from '../testing/people.js';
import { issuedTokens } from '../testing/standin-process.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { AbandonedLeases } from './abandoned-leases.js';
import { GithubApps } from './github-apps.js';
import { tokenSha256Base64 } from './held-lease.js';
import { OutgoingLeases } from './outgoing-leases.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;

const writesAs = (kind: string) => ({
  access: BALANCED.access,
  obligations: `${BALANCED.obligations}\n@id("writes-as") @obligation("lease_kind") @kind("${kind}")
    permit (principal, action in Holdshort::Action::"write", resource);`,
});

describe('leases on behalf of the engineer', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let alice: Person;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    alice = await signedIn(replica, 'alice');
  });
  beforeEach(async () => {
    await replica.parts.database.query('DELETE FROM holdshort.github_links');
    await activatePolicy(replica, writesAs('user'));
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const open = async (): Promise<string> =>
    String((await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id })).body['id']);
  const tokenOf = async (lease: agentV1.Lease | undefined) =>
    (await issuedTokens(world.standin)).find(
      ({ sha256 }) => Buffer.from(sha256, 'hex').toString('base64') === lease?.tokenSha256Base64,
    );
  const eventOf = (type: string, lease: agentV1.Lease | undefined) =>
    eventually(() => replica.audit.events.find((event) => event.type === type && event.lease?.id === lease?.id));
  const topic = (session: string, name = 'topic/a') => push(session, `refs/heads/${name}`);

  it('are tokens of hers for one repository and the permissions of the call, and end with the session', async () => {
    await linkByDevice(world.standin, alice, 'alice');
    const session = await open();
    const { effect, lease } = await agent.decide(topic(session));
    expect(effect).toBe(EFFECT_ALLOW);
    expect(lease).toMatchObject({ kind: 'user', permissions: { contents: 'write', metadata: 'read' } });
    expect(lease?.token).toMatch(/^ghu_/);
    expect(await tokenOf(lease)).toMatchObject({
      ...{ kind: 'scoped', user: 'alice', repositories: ['acme/app'], revoked: false },
      permissions: { contents: 'write', metadata: 'read' },
    });
    expect(Date.parse(lease?.expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect(await eventOf('lease.issued', lease)).toMatchObject({
      github_actor: { login: 'alice' },
      lease: { kind: 'user', token_sha256_b64: tokenSha256Base64(lease?.token ?? ''), repositories: ['acme/app'] },
    });
    // what policy does not want hers goes by the installation, as before
    const read = await agent.decide(rest(session, 'repos/get', 'repo.read', { owner: 'acme', repo: 'app' }));
    expect(read.lease).toMatchObject({ kind: 'installation' });
    expect((await agent.decide(topic(session, 'topic/b'))).lease?.id).toBe(lease?.id);

    await alice.call('DELETE', `/sessions/${session}`);
    await eventually(async () => (await tokenOf(lease))?.revoked);
    expect(await eventOf('lease.revoked', lease)).toMatchObject({ lease: { kind: 'user' } });
    // the account stays linked
    expect((await agent.decide(topic(await open()))).effect).toBe(EFFECT_ALLOW);
  });

  it('end with a kill switch and with the policy that gave them', async () => {
    await linkByDevice(world.standin, alice, 'alice');
    const [first, second] = [await open(), await open()];
    const killed = await agent.decide(topic(first));
    const older = await agent.decide(topic(second));
    const carol = await signedIn(replica, 'carol');
    const order = { scope: 'session', target: first, reason: 'test' };
    expect((await carol.post('/kill-switches', order)).status).toBe(201);
    await eventually(async () => (await tokenOf(killed.lease))?.revoked);
    expect(await tokenOf(older.lease)).toMatchObject({ revoked: false });
    await activatePolicy(replica, { ...writesAs('user'), access: `${BALANCED.access}\n// another\n` });
    world.clockOffsetMs += 20_000;
    await eventually(async () => (await tokenOf(older.lease))?.revoked);
    expect(await eventOf('lease.revoked', older.lease)).toMatchObject({ detail: { reason: 'policy changed' } });
  });

  it('are refused without a linked account, with the next step and without a token of the installation', async () => {
    const before = (await issuedTokens(world.standin)).length;
    const refused = await agent.decide(topic(await open()));
    expect(refused).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['github_link_missing'], lease: undefined });
    expect(refused.message).toBe(
      'Policy wants this call to carry alice at GitHub, who has linked no account. alice must run `holdshort github link` once; then try again.',
    );
    const minted = (await issuedTokens(world.standin)).slice(before);
    expect(minted.filter(({ permissions }) => permissions['contents'] === 'write')).toEqual([]);
  });

  it('are those of the installation only where policy says that either will do', async () => {
    await activatePolicy(replica, writesAs('user_or_installation'));
    const session = await open();
    const { lease } = await agent.decide(topic(session));
    expect(lease).toMatchObject({ kind: 'installation' });
    expect(await eventOf('lease.issued', lease)).toMatchObject({ lease: { kind: 'installation' } });
    await linkByDevice(world.standin, alice, 'alice');
    expect((await agent.decide(topic(session))).lease).toMatchObject({ kind: 'user' });
  });

  it('reach no further than she does', async () => {
    await linkByDevice(world.standin, alice, 'mallory');
    const refused = await agent.decide(topic(await open()));
    expect(refused).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['lease_unavailable'] });
    expect(refused.message).toBe(
      "GitHub gave no token of the engineer for acme/app (status 422). The engineer's GitHub account and the App must both have access to the repository.",
    );
  });

  it('are made of new tokens where GitHub no longer honours the old one, and refused where it gives none', async () => {
    await linkByDevice(world.standin, alice, 'alice');
    const [app] = replica.server.app.get(GithubApps).all;
    const revokeAll = async (path: 'token' | 'grant') => {
      const person = { idp: replica.parts.settings.oidcIssuer, sub: 'dev-alice' };
      const [link] = await replica.server.app.get(GithubLinks).listOf(person);
      if (!link) throw new Error('no link');
      const access = await replica.server.app.get(UserTokensService).of(link);
      await (path === 'token' ? app?.people?.revoke(access) : app?.people?.revokeGrant(access));
    };
    await revokeAll('token');
    expect((await agent.decide(topic(await open()))).lease).toMatchObject({ kind: 'user' });
    // she takes the App's grant back at GitHub
    await revokeAll('grant');
    const refused = await agent.decide(topic(await open()));
    expect(refused).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['github_link_broken'] });
    expect(refused.message).toContain('Link it again: `holdshort github link`.');
  });

  it('of a replica that died are revoked by another once their session has ended, and kept sealed until then', async () => {
    const { databaseUrl } = replica.parts.settings;
    const dying = await world.replica(databaseUrl);
    const other = agent.at(dying);
    await linkByDevice(world.standin, alice, 'alice');
    const session = await open();
    const { lease } = await other.decide(topic(session));
    other.close();
    // as after kill -9: nothing of what it held is heard of again
    dying.server.app.get(OutgoingLeases).revokeDue = () => Promise.resolve();
    const row = async () =>
      (
        await replica.parts.database.query<{ text: string; sealed_token: string | null; revoked_at: Date | null }[]>(
          'SELECT l::text AS text, sealed_token, revoked_at FROM holdshort.leases l WHERE id = $1',
          [lease?.id],
        )
      )[0];
    expect((await row())?.sealed_token).toMatch(/^hs1\.dk_/);
    expect((await row())?.text).not.toContain(lease?.token);
    await alice.call('DELETE', `/sessions/${session}`);
    const abandoned = replica.server.app.get(AbandonedLeases);
    await abandoned.revoke();
    expect(await tokenOf(lease)).toMatchObject({ revoked: false });
    world.clockOffsetMs += 130_000;
    await abandoned.revoke();
    expect(await tokenOf(lease)).toMatchObject({ revoked: true });
    expect(await eventOf('lease.revoked', lease)).toMatchObject({ detail: { reason: 'its replica is gone' } });
    expect(await row()).toMatchObject({ sealed_token: null, revoked_at: expect.any(Date) as Date });
    await dying.stop();
  });

  it('are dead at once when she unlinks, and agents hear of it', async () => {
    const linked = await linkByDevice(world.standin, alice, 'alice');
    const session = await open();
    const watch = agent.watch();
    await eventually(() => watch.all.length > 0);
    const { lease } = await agent.decide(topic(session));
    expect((await alice.call('DELETE', `/github/links/${String(linked.body['id'])}`)).status).toBe(204);
    expect(await tokenOf(lease)).toMatchObject({ revoked: true });
    await eventually(() => watch.all.some(({ leaseRevoked }) => leaseRevoked?.leaseId === lease?.id));
    expect(await eventOf('lease.revoked', lease)).toMatchObject({ detail: { reason: 'account unlinked' } });
    expect(await agent.decide(topic(session))).toMatchObject({ reasonCodes: ['github_link_missing'] });
    watch.cancel();
  });
});
