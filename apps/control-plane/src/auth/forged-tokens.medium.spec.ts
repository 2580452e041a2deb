import { FORGED, FORGED_IDENTITIES } from '../testing/forged-tokens.js';
import { CLIENT_ID, CLIENT_SECRET, ForgingProvider } from '../testing/forging-provider.js';
import { eventually } from '../testing/eventually.js';
import { Browser } from '../testing/browser.js';
import { anonymous, Person } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };

describe('tokens that nobody should believe', () => {
  let world: TestWorld;
  let provider: ForgingProvider;
  let replica: Replica;
  beforeAll(async () => {
    [world, provider] = await Promise.all([TestWorld.start(), ForgingProvider.start()]);
    replica = await world.replica(await world.newDatabase(), {
      oidcIssuer: provider.issuer,
      oidcClientId: CLIENT_ID,
      oidcClientSecret: CLIENT_SECRET,
      signInsPerMinute: 10_000,
      workloadTrust: [
        { name: 'ci', issuer: provider.issuer, audience: CLIENT_ID, claims: { repository: 'acme/*' }, groups: ['eng'] },
      ],
    });
  });
  afterAll(async () => {
    await provider.stop();
    await world.stop();
  });

  const refusals = () => replica.audit.events.filter(({ type }) => type === 'auth.refused').length;
  const url = (path: string): string => `${replica.server.httpUrl}/api/v1${path}`;

  const byDevice = async (token: string) => {
    provider.idToken = () => Promise.resolve(token);
    const { body } = await anonymous(replica).post('/auth/device');
    return anonymous(replica).post('/auth/device/token', { handle: body['handle'] });
  };

  it('takes the right one by device', async () => {
    expect(await byDevice(await provider.sign(provider.claims()))).toMatchObject({
      status: 200,
      body: { human: { login: 'erin', groups: ['eng'] } },
    });
  });

  it.each(FORGED_IDENTITIES)('refuses one by device that is %s', async (_what, forge) => {
    const before = refusals();
    const { status, body } = await byDevice(await forge(provider, provider.claims()));
    expect({ status, code: body['code'], token: body['token'] }).toEqual({
      status: 401,
      code: 'not_authenticated',
      token: undefined,
    });
    await eventually(() => refusals() === before + 1);
  });

  const byBrowser = async (idToken: (nonce: string | undefined) => Promise<string>) => {
    provider.idToken = idToken;
    const browser = new Browser();
    const { status } = await browser.open(url('/auth/login'));
    return { status, session: browser.cookie(replica.server.httpUrl, 'holdshort_session') };
  };

  it('takes the right one by browser', async () => {
    const { status, session } = await byBrowser((nonce) => provider.sign(provider.claims({ nonce })));
    expect([status, typeof session]).toEqual([200, 'string']);
  });

  it.each([
    ...FORGED_IDENTITIES.map(
      ([what, forge]) =>
        [what, async (nonce: string | undefined) => forge(provider, provider.claims({ nonce }))] as const,
    ),
    ['of another sign-in (nonce)', () => provider.sign(provider.claims({ nonce: 'of-somebody-else' }))] as const,
    ['without a nonce', () => provider.sign(provider.claims())] as const,
  ])('refuses one by browser that is %s', async (_what, idToken) => {
    expect(await byBrowser(idToken)).toEqual({ status: 401, session: undefined });
  });

  const workload = (changes: object = {}) =>
    provider.claims({ sub: 'repo:acme/app', repository: 'acme/app', jti: `job-${String(Math.random())}`, ...changes });
  const openSession = (token: string) => new Person(replica.server.httpUrl, token).post('/sessions', {});

  it('takes the right one of a workload, once', async () => {
    const token = await provider.sign(workload());
    expect(await openSession(token)).toMatchObject({ status: 201 });
    expect(await openSession(token)).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('has opened a session before') },
    });
    expect(await new Person(replica.server.httpUrl, token).get('/auth/me')).toMatchObject({
      status: 200,
      body: { human: { login: 'workload/ci', groups: ['eng'] } },
    });
    expect(await new Person(replica.server.httpUrl, token).get('/approvals')).toMatchObject({ status: 403 });
  });

  it('takes one of a workload that bears no id once as well, whatever its signature looks like', async () => {
    const token = await provider.sign(workload({ jti: undefined }));
    expect(await openSession(token)).toMatchObject({ status: 201 });
    expect(await openSession(token)).toMatchObject({ status: 401 });
    expect(await openSession(await provider.sign(workload({ jti: undefined, run: '2' })))).toMatchObject({
      status: 201,
    });
  });

  it.each([
    ...FORGED_IDENTITIES,
    ['of another repository', (p: ForgingProvider) => p.sign(workload({ repository: 'evil/app' }))] as const,
    [
      'of a repository whose name ends alike',
      (p: ForgingProvider) => p.sign(workload({ repository: 'evil/acme/app' })),
    ] as const,
    ['of a list of repositories', (p: ForgingProvider) => p.sign(workload({ repository: ['acme/app'] }))] as const,
    ['without the claim', (p: ForgingProvider) => p.sign(workload({ repository: undefined }))] as const,
  ])('refuses one of a workload that is %s', async (_what, forge) => {
    const { status, body } = await openSession(await forge(provider, workload()));
    expect({ status, code: body['code'] }).toEqual({ status: 401, code: 'not_authenticated' });
  });

  const logout = (token: string) =>
    fetch(url('/auth/backchannel-logout'), { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
  const logoutClaims = (changes: object = {}) =>
    provider.claims({ events: LOGOUT, jti: `out-${String(Math.random())}`, ...changes });

  it('takes a logout token once, and ends what the person has', async () => {
    const { body } = await byDevice(await provider.sign(provider.claims()));
    const erin = new Person(replica.server.httpUrl, String(body['token']));
    const session = await erin.post('/sessions', {});
    expect(session.status).toBe(201);
    const token = await provider.sign(logoutClaims());
    expect((await logout(token)).status).toBe(200);
    expect((await erin.get('/auth/me')).status).toBe(401);
    const { rows } = {
      rows: await replica.parts.database.query<{ end_reason: string | null }[]>(
        'SELECT end_reason FROM holdshort.sessions WHERE id = $1',
        [session.body['id']],
      ),
    };
    expect(rows).toEqual([{ end_reason: 'signed out at the identity provider' }]);
    expect((await logout(token)).status).toBe(400);
  });

  it.each([
    ...FORGED,
    ['an id token', (p: ForgingProvider) => p.sign(p.claims({ jti: 'a' }))] as const,
    ['one with a nonce', (p: ForgingProvider) => p.sign(logoutClaims({ nonce: 'n' }))] as const,
    ['of nobody', (p: ForgingProvider) => p.sign(logoutClaims({ sub: undefined }))] as const,
    ['old', (p: ForgingProvider) => p.sign(logoutClaims({ iat: Math.floor(Date.now() / 1000) - 600 }))] as const,
    ['without an id of its own', (p: ForgingProvider) => p.sign(logoutClaims({ jti: undefined }))] as const,
  ])('refuses a logout token that is %s', async (_what, forge) => {
    expect((await logout(await forge(provider, logoutClaims()))).status).toBe(400);
  });
});
