import { findFreePort, startIdentityProvider, type IdentityProvider } from '@holdshort/dev-services';
import { Browser } from '../../testing/browser.js';
import { eventually } from '../../testing/eventually.js';
import { TestWorld, type Replica } from '../../testing/test-world.js';

const SESSION = 'holdshort_session';
const CLIENT = { clientId: 'holdshort', clientSecret: 'test-secret' };

describe('sign-in by browser, at the local provider', () => {
  let world: TestWorld;
  let idp: IdentityProvider;
  let replica: Replica;
  let origin: string;
  let databaseUrl: string;
  beforeAll(async () => {
    const port = await findFreePort();
    origin = `http://127.0.0.1:${String(port)}`;
    [world, idp] = await Promise.all([
      TestWorld.start(),
      startIdentityProvider({
        ...CLIENT,
        redirectUris: ['http://127.0.0.1/api/v1/auth/callback'],
        postLogoutRedirectUris: ['http://127.0.0.1/signed-out'],
        backchannelLogoutUri: `${origin}/api/v1/auth/backchannel-logout`,
      }),
    ]);
    databaseUrl = await world.newDatabase();
    replica = await world.replica(databaseUrl, { httpPort: port, oidcIssuer: idp.issuer });
  });
  afterAll(async () => {
    await idp.stop();
    await world.stop();
  });

  const signIn = async (login: string, browser = new Browser(), returnTo = '/account') => {
    const start = `${origin}/auth/login?return_to=${encodeURIComponent(returnTo)}`;
    const { url, page } = await browser.walk(start, { login, password: login });
    return { browser, url, page, csrf: /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '' };
  };
  const status = async (browser: Browser, path = '/api/v1/auth/me'): Promise<number> =>
    (await browser.send(`${origin}${path}`)).status;
  const post = (browser: Browser, path: string, headers: Record<string, string>) =>
    browser.send(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    });

  it('asks with PKCE, nonce and state, and keeps nothing that a reader of the database could use', async () => {
    const { browser, url, page } = await signIn('alice');
    expect(url.href).toBe(`${origin}/account`);
    expect(page).toContain('Signed in as <strong>alice</strong> (alice@example.test).');
    expect(page).toContain('Roles: engineer.');
    const asked = new URL(browser.visited.find((href) => href.startsWith(`${idp.issuer}/auth?`)) ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'nonce', 'state']) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
    expect(await status(browser)).toBe(200);
    const cookie = browser.cookie(origin, SESSION) ?? '';
    expect(cookie).toMatch(/^[0-9A-Za-z]{43}$/);
    const stored = await replica.parts.database.query<{ text: string }[]>(
      "SELECT row_to_json(w)::text || encode(sealed_id_token, 'escape') AS text FROM holdshort.web_sessions w",
    );
    expect(stored).toHaveLength(1);
    expect(stored[0]?.text).not.toContain(cookie);
    expect(stored[0]?.text).not.toContain('eyJ');
    await eventually(() =>
      replica.audit.events.some(({ type, detail }) => type === 'auth.login' && detail?.['by'] === 'browser'),
    );
  });

  it('sets cookies that scripts, other hosts and plain http have no part in', async () => {
    const strict = await world.replica(databaseUrl, {
      oidcIssuer: idp.issuer,
      publicUrl: 'https://holdshort.example/',
    });
    const answer = await fetch(`${strict.server.httpUrl}/api/v1/auth/login`, { redirect: 'manual' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-holdshort_login=\w{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
      ) as string,
    ]);
    const redirect = new URL(answer.headers.get('location') ?? '').searchParams.get('redirect_uri');
    expect(redirect).toBe('https://holdshort.example/api/v1/auth/callback');
    await strict.stop();
  });

  it('gives a new session id at each sign-in, whatever the browser brings (fixation)', async () => {
    const browser = new Browser();
    const planted = 'a'.repeat(43);
    browser.setCookie(origin, SESSION, planted);
    await signIn('bob', browser);
    const first = browser.cookie(origin, SESSION) ?? '';
    expect(first).not.toBe(planted);
    const attacker = new Browser();
    attacker.setCookie(origin, SESSION, planted);
    expect(await status(attacker)).toBe(401);
    await signIn('bob', browser);
    expect(browser.cookie(origin, SESSION)).not.toBe(first);
    attacker.setCookie(origin, SESSION, first);
    expect(await status(attacker)).toBe(401);
    expect(await status(browser)).toBe(200);
  });

  it('takes a callback once, and in the browser that began', async () => {
    const { browser } = await signIn('bob');
    const callback = browser.visited.find((href) => href.includes('/auth/callback?')) ?? '';
    expect((await browser.send(callback)).status).toBe(401);
    const victim = new Browser();
    await victim.send(`${origin}/api/v1/auth/login`);
    expect((await victim.send(callback)).status).toBe(401);
    expect((await victim.send(`${origin}/api/v1/auth/callback?state=x&code=y`)).status).toBe(401);
    expect(victim.cookie(origin, SESSION)).toBeUndefined();
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/x/..//evil.example'])(
    'goes nowhere but to itself afterwards: %s',
    async (returnTo) => {
      expect((await signIn('alice', new Browser(), returnTo)).url.href).toBe(`${origin}/account`);
    },
  );

  it('changes nothing for a cookie alone (CSRF)', async () => {
    const { browser, csrf } = await signIn('alice');
    const other = await signIn('bob');
    const tried = async (headers: Record<string, string>): Promise<number> =>
      (await post(browser, '/api/v1/sessions', headers)).status;
    expect(await tried({})).toBe(403);
    expect(await tried({ origin })).toBe(403);
    expect(await tried({ 'x-holdshort-csrf': csrf })).toBe(403);
    expect(await tried({ origin: 'https://evil.example', 'x-holdshort-csrf': csrf })).toBe(403);
    expect(await tried({ origin: 'null', 'x-holdshort-csrf': csrf })).toBe(403);
    expect(await tried({ origin, 'sec-fetch-site': 'same-site', 'x-holdshort-csrf': csrf })).toBe(403);
    expect(await tried({ origin, 'x-holdshort-csrf': other.csrf })).toBe(403);
    expect(await tried({ origin, 'x-holdshort-csrf': csrf })).toBe(201);
    const form = await browser.send(`${origin}/api/v1/auth/browser-logout`, {
      method: 'POST',
      body: new URLSearchParams({}),
      headers: { origin },
    });
    expect([form.status, await status(browser)]).toEqual([403, 200]);
  });

  it('signs out here and at the provider', async () => {
    const { browser, csrf } = await signIn('alice');
    const cookie = browser.cookie(origin, SESSION) ?? '';
    const init = { method: 'POST', headers: { origin }, body: new URLSearchParams({ csrf }) };
    const at = await browser.open(`${origin}/api/v1/auth/browser-logout`, init);
    expect([at.status, at.url.origin]).toEqual([200, idp.issuer]);
    expect(browser.cookie(origin, SESSION)).toBeUndefined();
    browser.setCookie(origin, SESSION, cookie);
    expect(await status(browser)).toBe(401);
    const done = await browser.walk(at.url, { logout: 'yes' });
    expect(done.url.pathname).toBe('/signed-out');
    await eventually(() => replica.audit.events.some(({ type }) => type === 'auth.logout'));
  });

  it('ends with the sign-in at the provider (back channel)', async () => {
    const { browser } = await signIn('dave');
    const elsewhere = await signIn('dave');
    const { page } = await browser.open(`${idp.issuer}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    await browser.open(`${idp.issuer}/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    await eventually(async () => (await status(browser)) === 401);
    expect(await status(elsewhere.browser)).toBe(200); // another sign-in at the provider
  });

  it('ends when the person is disabled, at the next check', async () => {
    const { browser } = await signIn('sue');
    idp.changePerson('sue', { disabled: true });
    world.clockOffsetMs = 21_000;
    try {
      expect(await status(browser)).toBe(401);
    } finally {
      world.clockOffsetMs = 0;
    }
  });

  it('ends after half an hour of silence', async () => {
    const { browser } = await signIn('sam');
    world.clockOffsetMs = 1_801_000;
    try {
      expect(await status(browser)).toBe(401);
    } finally {
      world.clockOffsetMs = 0;
    }
  });
});
