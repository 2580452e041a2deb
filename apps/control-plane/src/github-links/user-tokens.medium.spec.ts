import { HoldshortError } from '@holdshort/errors';
import { eventually } from '../testing/eventually.js';
import { linkByDevice } from '../testing/link-github.js';
import { signedIn } from '../testing/people.js';
import { lastRequest, requestsSince, setFault } from '../testing/standin-control.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import type { GithubLink } from './github-link.js';
import { GithubLinks } from './github-links.service.js';
import { UserTokensService } from './user-tokens.service.js';

const TOKENS = '/login/oauth/access_token';

describe('the tokens of a linked account', () => {
  let world: TestWorld;
  let replica: Replica;
  let second: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    const database = await world.newDatabase();
    replica = await world.replica(database);
    second = await world.replica(database);
  });
  beforeEach(async () => {
    await replica.parts.database.query('DELETE FROM holdshort.github_links');
    expect((await linkByDevice(world.standin, await signedIn(replica, 'alice'), 'alice')).status).toBe(200);
  });
  afterAll(() => world.stop());

  const tokensOf = (from: Replica) => from.server.app.get(UserTokensService);
  const link = async (): Promise<GithubLink> => {
    const person = { idp: replica.parts.settings.oidcIssuer, sub: 'dev-alice' };
    const [found] = await replica.server.app.get(GithubLinks).listOf(person);
    if (!found) throw new Error('alice has no link');
    return found;
  };
  /** As eight hours do. */
  const expire = () => replica.parts.database.query('UPDATE holdshort.github_links SET access_expires_at = now()');
  const asked = async (since: number) =>
    (await requestsSince(world.standin, since)).filter(({ path }) => path === TOKENS).length;
  const eventsOf = (type: string, linkId: string) =>
    [...replica.audit.events, ...second.audit.events].filter(
      (event) => event.type === type && event.detail?.['link_id'] === linkId,
    );
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => new Error('nothing was refused'),
      (error: unknown) => error as HoldshortError,
    );

  it('are refreshed exactly once, however many calls on two replicas want them at the same moment', async () => {
    await expire();
    const [stale, since] = [await link(), await lastRequest(world.standin)];
    const wanted = [replica, second].flatMap((from) => Array.from({ length: 20 }, () => tokensOf(from).of(stale)));
    const got = new Set(await Promise.all(wanted));
    expect(got.size).toBe(1);
    expect(await asked(since)).toBe(1);
    const fresh = await link();
    expect(fresh).toMatchObject({ refreshes: 1, brokenAt: null });
    expect(fresh.sealedRefresh).not.toBe(stale.sealedRefresh);
    await eventually(() => eventsOf('github.link_refreshed', fresh.id).length === 1);
    // the new refresh token is the one that counts
    await expire();
    expect(got).not.toContain(await tokensOf(second).of(await link()));
    expect(await asked(since)).toBe(2);
  });

  it('are used as they are while they are good', async () => {
    const since = await lastRequest(world.standin);
    const [one, other] = [await tokensOf(replica).of(await link()), await tokensOf(second).of(await link())];
    expect(one).toBe(other);
    expect(await asked(since)).toBe(0);
  });

  it('survive a database that fails once GitHub has given new ones', async () => {
    const { database } = replica.parts;
    await database.query(`CREATE FUNCTION holdshort.fail_once() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
    await database.query(`CREATE TRIGGER fail_once BEFORE UPDATE OF sealed_refresh ON holdshort.github_links
      FOR EACH ROW EXECUTE FUNCTION holdshort.fail_once()`);
    await expire();
    const since = await lastRequest(world.standin);
    const got = tokensOf(replica).of(await link());
    await eventually(async () => (await asked(since)) === 1);
    await database.query('DROP TRIGGER fail_once ON holdshort.github_links');
    const access = await got;
    expect(await link()).toMatchObject({ refreshes: 1, brokenAt: null });
    expect(await tokensOf(second).of(await link())).toBe(access);
    expect(await asked(since)).toBe(1);
    await expire();
    await tokensOf(second).of(await link());
    expect(await link()).toMatchObject({ refreshes: 2, brokenAt: null });
  });

  it('that GitHub refuses to refresh mark the link as broken, once, and say what to do', async () => {
    await expire();
    const answer = {
      error: 'bad_refresh_token',
      error_description: 'The refresh token passed is incorrect or expired.',
    };
    await setFault(world.standin, { match: `POST .*${TOKENS}`, status: 200, body: answer, times: 1 });
    const [stale, since] = [await link(), await lastRequest(world.standin)];
    for (const from of [replica, second]) {
      const refusal = await failure(tokensOf(from).of(stale));
      expect(refusal).toMatchObject({
        code: 'github_link_broken',
        message: 'GitHub no longer honours the link of alice to the account alice.',
        advice: 'Link it again: `holdshort github link`.',
      });
    }
    expect(await asked(since)).toBe(1);
    expect(await link()).toMatchObject({ brokenReason: 'bad_refresh_token' });
    await eventually(() => eventsOf('github.link_broken', stale.id).length === 1);
    const alice = await signedIn(replica, 'alice');
    expect((await alice.get('/github/links')).body).toMatchObject({
      items: [{ broken: { reason: 'bad_refresh_token' } }],
    });
    expect((await linkByDevice(world.standin, alice, 'alice')).body).toMatchObject({ broken: null });
    await tokensOf(second).of(await link());
  });

  it('stay as they are where GitHub does not answer, or does not know the App', async () => {
    await expire();
    const stale = await link();
    await setFault(world.standin, { match: `POST .*${TOKENS}`, status: 503, times: 1 });
    expect(await failure(tokensOf(replica).of(stale))).toMatchObject({ code: 'upstream_unreachable' });
    const answer = { error: 'incorrect_client_credentials' };
    await setFault(world.standin, { match: `POST .*${TOKENS}`, status: 200, body: answer, times: 1 });
    expect(await failure(tokensOf(replica).of(stale))).toMatchObject({ code: 'upstream_refused' });
    expect(await link()).toMatchObject({ brokenAt: null, refreshes: 0 });
    await tokensOf(second).of(stale);
    expect(await link()).toMatchObject({ brokenAt: null, refreshes: 1 });
  });
});
