import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { API_SCOPES } from '../access/api-scopes.js';
import { eventually } from '../testing/eventually.js';
import { linkByDevice, signedInBrowser, toGithubAndBack } from '../testing/link-github.js';
import { signedIn } from '../testing/people.js';
import { consentAs, lastRequest, refuseConsent, requestsSince, setFault } from '../testing/standin-control.js';
import { issuedTokens } from '../testing/standin-process.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { UnlinkEndedPeople } from './unlink-ended-people.js';

describe('linking a GitHub account', () => {
  let world: TestWorld;
  let replica: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
  });
  beforeEach(async () => {
    await replica.parts.database.query('DELETE FROM holdshort.github_links');
    await consentAs(world.standin);
  });
  afterAll(() => world.stop());

  const linksOf = async (login: string) => {
    const { body } = await (await signedIn(replica, login)).get('/github/links');
    return body['items'] as Record<string, unknown>[];
  };
  const eventOf = (type: string, after: number) =>
    eventually(() => replica.audit.events.slice(after).find((event) => event.type === type));
  const seen = () => replica.audit.events.length;

  it('by browser: through GitHub with state and PKCE, back into the sign-in that began it', async () => {
    const [browser, before] = [await signedInBrowser(replica, 'alice'), seen()];
    await consentAs(world.standin, 'alice');
    const start = await browser.send(`${replica.server.httpUrl}/github/link`);
    const asked = new URL(start.headers.get('location') ?? '');
    expect(asked.origin + asked.pathname).toBe(`${world.standin.url}/login/oauth/authorize`);
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'code_challenge']) expect(asked.searchParams.get(name)).toMatch(/^[\w-]{43}$/);

    const back = await browser.open(await toGithubAndBack(replica, world.standin, browser));
    expect(back.status).toBe(200);
    expect(back.page).toContain('The GitHub account <strong>alice</strong> is linked to <strong>alice</strong>.');
    expect(await linksOf('alice')).toMatchObject([{ host: 'github.com', github: { login: 'alice' }, broken: null }]);
    expect(await linksOf('bob')).toEqual([]);
    expect(await eventOf('github.linked', before)).toMatchObject({
      human: { login: 'alice' },
      github_actor: { login: 'alice' },
      detail: { by: 'browser', github: 'github.com' },
    });
  });

  it('leads a browser that is not signed in to the sign-in first', async () => {
    const answer = await fetch(`${replica.server.httpUrl}/github/link?host=github.com`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/api/v1/auth/login?return_to=%2Fgithub%2Flink%3Fhost%3Dgithub.com');
    const { token } = await signedIn(replica, 'alice');
    const headers = { authorization: `Bearer ${token ?? ''}` };
    const url = `${replica.server.httpUrl}/github/callback?state=x&code=y`;
    const byToken = await fetch(url, { headers, redirect: 'manual' });
    expect(byToken.headers.get('location')).toBe('/api/v1/auth/login?return_to=%2Fgithub%2Flink');
  });

  it('refuses a state of another sign-in, of another person, an unknown one and one that is used, and records it', async () => {
    await consentAs(world.standin, 'alice');
    const [mine, other, bobs] = [
      await signedInBrowser(replica, 'alice'),
      await signedInBrowser(replica, 'alice'),
      await signedInBrowser(replica, 'bob'),
    ];
    const callback = await toGithubAndBack(replica, world.standin, mine);
    const unknown = new URL(callback);
    unknown.searchParams.set('state', 'A'.repeat(43));
    for (const [browser, url] of [
      [other, callback],
      [bobs, callback],
      [mine, unknown.href],
    ] as const) {
      const before = seen();
      const { status, page } = await browser.open(url);
      expect(status).toBe(409);
      expect(page).toContain('The link is unknown, was finished already or took too long.');
      expect(await eventOf('github.link_refused', before)).toMatchObject({ error: { code: 'conflict' } });
    }
    expect((await mine.open(callback)).status).toBe(200);
    expect((await mine.open(callback)).status).toBe(409);
    expect(await linksOf('alice')).toHaveLength(1);
    expect(await linksOf('bob')).toEqual([]);
  });

  it('refuses a code that was used before, and one that a refusal at GitHub did not bring', async () => {
    const browser = await signedInBrowser(replica, 'alice');
    await consentAs(world.standin, 'alice');
    const used = new URL(await toGithubAndBack(replica, world.standin, browser));
    expect((await browser.open(used)).status).toBe(200);
    const fresh = new URL(await toGithubAndBack(replica, world.standin, browser));
    fresh.searchParams.set('code', used.searchParams.get('code') ?? '');
    const replayed = await browser.open(fresh);
    expect(replayed.page).toContain('GitHub did not authorise: bad_verification_code.');

    await refuseConsent(world.standin);
    const refused = await browser.open(await toGithubAndBack(replica, world.standin, browser));
    expect([refused.status, refused.page]).toEqual([403, expect.stringContaining('The link was refused at GitHub.')]);
  });

  it('by code: waits until the person has answered at GitHub, then links once', async () => {
    const alice = await signedIn(replica, 'alice');
    const begun = await alice.post('/github/links/device');
    expect(begun.body).toMatchObject({ verification_uri: `${world.standin.url}/login/device`, interval: 5 });
    const { handle } = begun.body;
    const pending = await alice.post('/github/links/device/token', { handle });
    expect(pending).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    const bob = await signedIn(replica, 'bob');
    expect((await bob.post('/github/links/device/token', { handle })).body).toMatchObject({ error: 'expired_token' });
    await consentAs(world.standin, 'alice');
    const linked = await alice.post('/github/links/device/token', { handle });
    expect(linked).toMatchObject({ status: 200, body: { github: { login: 'alice' } } });
    expect((await alice.post('/github/links/device/token', { handle })).body).toMatchObject({ error: 'expired_token' });

    await refuseConsent(world.standin);
    const second = await alice.post('/github/links/device');
    const denied = await alice.post('/github/links/device/token', { handle: second.body['handle'] });
    expect(denied.body).toMatchObject({ error: 'access_denied', detail: 'The link was refused at GitHub.' });
  });

  it('keeps one account per person and one person per account', async () => {
    const [alice, bob] = [await signedIn(replica, 'alice'), await signedIn(replica, 'bob')];
    expect((await linkByDevice(world.standin, alice, 'alice')).status).toBe(200);
    const before = seen();
    const taken = await linkByDevice(world.standin, bob, 'alice');
    expect(taken).toMatchObject({
      status: 409,
      body: { detail: 'The GitHub account alice is linked to somebody else.' },
    });
    expect(await eventOf('github.link_refused', before)).toMatchObject({
      human: { login: 'bob' },
      github_actor: { login: 'alice' },
    });
    // what bob got is given back, what alice has goes on
    const alices = (await issuedTokens(world.standin)).filter(({ user }) => user === 'alice');
    expect(alices.slice(-2).map(({ revoked }) => revoked)).toEqual([false, true]);

    expect((await linkByDevice(world.standin, alice, 'carol')).status).toBe(200);
    expect(await linksOf('alice')).toMatchObject([{ github: { login: 'carol' } }]);
    expect(await eventOf('github.unlinked', before)).toMatchObject({
      github_actor: { login: 'alice' },
      detail: { grant: 'revoked', reason: 'linked again' },
    });
    const left = (await issuedTokens(world.standin)).filter(({ user, revoked }) => user === 'alice' && !revoked);
    expect(left).toEqual([]);
  });

  it('unlinking ends the grant at GitHub before it forgets; where GitHub fails the link stays', async () => {
    const alice = await signedIn(replica, 'alice');
    const { id } = (await linkByDevice(world.standin, alice, 'alice')).body;
    const path = `/github/links/${String(id)}`;
    const bob = await signedIn(replica, 'bob');
    expect((await bob.call('DELETE', path)).status).toBe(404);
    await setFault(world.standin, { match: 'DELETE .*/grant', status: 502, times: 1 });
    expect((await alice.call('DELETE', path)).status).toBe(502);
    expect(await linksOf('alice')).toHaveLength(1);

    const since = await lastRequest(world.standin);
    expect((await alice.call('DELETE', path)).status).toBe(204);
    const calls = (await requestsSince(world.standin, since)).map(({ method, path: at }) => `${method} ${at}`);
    expect(calls).toEqual([expect.stringMatching(/^DELETE \/applications\/[^/]+\/grant$/)]);
    expect(await linksOf('alice')).toEqual([]);
    const left = (await issuedTokens(world.standin)).filter(({ user, revoked }) => user === 'alice' && !revoked);
    expect(left).toEqual([]);
  });

  it('ends with the identity of its person', async () => {
    const alice = await signedIn(replica, 'alice');
    await linkByDevice(world.standin, alice, 'alice');
    await linkByDevice(world.standin, await signedIn(replica, 'bob'), 'bob');
    const sweep = replica.server.app.get(UnlinkEndedPeople);
    const before = seen();
    await replica.parts.database.query("UPDATE holdshort.people SET ended_at = now() WHERE sub = 'dev-alice'");
    await sweep.unlink();
    await replica.parts.database.query("UPDATE holdshort.people SET ended_at = NULL WHERE sub = 'dev-alice'");
    expect(await linksOf('alice')).toEqual([]);
    expect(await linksOf('bob')).toHaveLength(1);
    expect(await eventOf('github.unlinked', before)).toMatchObject({
      human: { login: 'alice' },
      detail: { grant: 'revoked', reason: 'identity ended' },
    });
  });

  it('is no business of API tokens, workloads and people without a role', async () => {
    const mallory = await signedIn(replica, 'mallory');
    expect((await mallory.post('/github/links/device')).status).toBe(403);
    expect(API_SCOPES.filter((scope) => scope.startsWith('github'))).toEqual([]);
  });

  it('leaves no token in the database, the trail or an answer', async () => {
    const alice = await signedIn(replica, 'alice');
    const answer = await linkByDevice(world.standin, alice, 'alice');
    const { database } = replica.parts;
    const rows = await database.query<{ text: string }[]>('SELECT l::text AS text FROM holdshort.github_links l');
    const attempts = await database.query<{ text: string }[]>(
      'SELECT a::text AS text FROM holdshort.github_link_attempts a',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.text).toMatch(/hs1\.dk_/);
    const log = await readFile(join(world.dir, 'standin.log'), 'utf8').catch(() => '');
    const all = JSON.stringify([answer, rows, attempts, replica.audit.events, log]);
    expect(all).not.toMatch(/gh[ur]_[0-9A-Za-z]{20}/);
  });
});
