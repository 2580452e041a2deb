import { createRemoteJWKSet, jwtVerify } from 'jose';
import { DEV_USERS, startIdentityProvider, type IdentityProvider } from './identity-provider.js';

const CLIENT = { clientId: 'holdshort', clientSecret: 'a-secret-of-this-test' };
/** Registered without a port. */
const REDIRECT = 'http://127.0.0.1:7400/callback';
const authorization = `Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')}`;

/** As much of a browser as the pages need: cookies, redirects, forms. */
class Browser {
  private readonly cookies = new Map<string, string>();
  page = '';
  status = 0;
  url: URL;

  constructor(private readonly origin: string) {
    this.url = new URL(origin);
  }

  async open(target: string, body?: URLSearchParams): Promise<this> {
    this.url = new URL(target, this.url);
    if (this.url.origin !== this.origin) return this;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url, {
      method: body ? 'POST' : 'GET',
      body: body ?? null,
      headers: { cookie },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name ?? '', value ?? '');
    }
    const location = response.headers.get('location');
    if (location !== null) return this.open(location);
    this.page = await response.text();
    this.status = response.status;
    return this;
  }

  submit(fields: Record<string, string> = {}): Promise<this> {
    const action = /<form[^>]*action="([^"]+)"/.exec(this.page)?.[1] ?? '';
    const hidden = [...this.page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ]);
    return this.open(action, new URLSearchParams([...hidden, ...Object.entries(fields)] as [string, string][]));
  }
}

describe('the local identity provider', () => {
  let idp: IdentityProvider;
  const post = (path: string, form: Record<string, string>): Promise<Response> =>
    fetch(`${idp.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: { authorization } });

  const startDevice = async (): Promise<Record<string, string>> => {
    const response = await post('/device/auth', { scope: 'openid email profile groups' });
    return (await response.json()) as Record<string, string>;
  };
  const redeem = async (deviceCode: string): Promise<Record<string, string>> => {
    const response = await post('/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: deviceCode,
    });
    return (await response.json()) as Record<string, string>;
  };

  beforeAll(async () => {
    idp = await startIdentityProvider({ ...CLIENT, redirectUris: ['http://127.0.0.1/callback'] });
  });
  afterAll(() => idp.stop());

  it('signs a person in by device flow, with verified groups in the id token', async () => {
    const device = await startDevice();
    expect(await redeem(device.device_code ?? '')).toMatchObject({ error: 'authorization_pending' });
    const browser = await new Browser(idp.issuer).open(device.verification_uri_complete ?? '');
    await browser.submit();
    expect(browser.page).toContain(`<code>${device.user_code ?? ''}</code>`);
    await browser.submit();
    await browser.submit({ login: 'alice', password: 'alice' });
    expect(browser.page).toContain('You can close this page and go back to your terminal.');

    const tokens = await redeem(device.device_code ?? '');
    const jwks = createRemoteJWKSet(new URL(`${idp.issuer}/jwks`));
    const { payload } = await jwtVerify(tokens.id_token ?? '', jwks, {
      issuer: idp.issuer,
      audience: CLIENT.clientId,
      algorithms: ['RS256'],
    });
    expect(payload).toMatchObject({
      sub: 'dev-alice',
      preferred_username: 'alice',
      email: 'alice@example.test',
      groups: ['eng'],
    });

    const renewed = await post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' });
    expect(await renewed.json()).toHaveProperty('id_token');
    expect(await redeem(device.device_code ?? '')).toMatchObject({ error: 'invalid_grant' });
  });

  it('lets a person type the code, says when it is wrong, and stops when told', async () => {
    const device = await startDevice();
    const browser = await new Browser(idp.issuer).open(device.verification_uri ?? '');
    await browser.submit({ user_code: 'AAAA-AAAA' });
    expect(browser.page).toContain('That code is not valid. Enter the code again.');
    await browser.submit({ user_code: device.user_code ?? '' });
    await browser.submit({ abort: 'yes' });
    expect(await redeem(device.device_code ?? '')).toMatchObject({ error: 'access_denied' });
  });

  it('refuses a wrong password and a made-up interaction', async () => {
    const device = await startDevice();
    const browser = await new Browser(idp.issuer).open(device.verification_uri_complete ?? '');
    await (await browser.submit()).submit();
    await browser.submit({ login: 'alice', password: 'bob' });
    expect([browser.status, browser.page]).toEqual([401, expect.stringContaining('Login or password is wrong.')]);
    const stranger = await new Browser(idp.issuer).open('/interaction/made-up');
    expect(stranger.status).toBe(400);
  });

  it('gives an authorization code with PKCE to the registered address only', async () => {
    const query = (redirect: string): string =>
      `/auth?client_id=holdshort&response_type=code&scope=openid+groups&redirect_uri=${encodeURIComponent(redirect)}` +
      '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=s';
    const browser = await new Browser(idp.issuer).open(query(REDIRECT));
    await browser.submit({ login: 'dave', password: 'dave' });
    expect(browser.url.origin + browser.url.pathname).toBe(REDIRECT);
    expect(browser.url.searchParams.get('code')).toMatch(/^\S{20,}$/);
    await browser.open(`${idp.issuer}${query('http://127.0.0.1:7400/other')}`);
    expect(browser.page).toContain('redirect_uri');
  });

  const signedIn = async (login: string): Promise<Record<string, string>> => {
    const device = await startDevice();
    const browser = await new Browser(idp.issuer).open(device.verification_uri_complete ?? '');
    await (await browser.submit()).submit();
    await browser.submit({ login, password: login });
    return redeem(device.device_code ?? '');
  };
  const renew = async (refreshToken: string | undefined): Promise<Record<string, string>> => {
    const answer = await post('/token', { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
    return (await answer.json()) as Record<string, string>;
  };
  const changeByHttp = async (login: string, body: string, type = 'application/json'): Promise<number> => {
    const init = { method: 'POST', headers: { 'content-type': type }, body };
    return (await fetch(`${idp.issuer}/people/${login}`, init)).status;
  };

  it('lets people change groups and leave, which their next refresh says', async () => {
    const { refresh_token: token } = await signedIn('bob');
    expect(await changeByHttp('bob', '{"groups":["security"]}')).toBe(204);
    const { id_token: idToken } = await renew(token);
    const claims = JSON.parse(Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ sub: 'dev-bob', groups: ['security'] });
    expect(await changeByHttp('bob', '{"disabled":true}')).toBe(204);
    expect(await renew(token)).toMatchObject({ error: 'invalid_grant' });
    idp.changePerson('bob', { disabled: false, groups: ['eng'] });
    expect(DEV_USERS.find(({ login }) => login === 'bob')).toMatchObject({ groups: ['eng'] });
  });

  it('takes no change of a form, of nobody, or in another shape', async () => {
    expect(await changeByHttp('bob', '{"disabled":true}', 'text/plain')).toBe(400);
    expect(await changeByHttp('nobody', '{"disabled":true}')).toBe(404);
    for (const body of ['{', '{"groups":[1]}', 'null', '{"groups":"eng"}', '{"disabled":1}'])
      expect(await changeByHttp('bob', body)).toBe(400);
    expect(() => {
      idp.changePerson('nobody', {});
    }).toThrow('the provider knows no nobody');
  });

  it('knows the seven people of the embedded stack', () => {
    expect(Object.fromEntries(DEV_USERS.map(({ login, groups }) => [login, groups]))).toEqual({
      ...{ alice: ['eng'], bob: ['eng'], sam: ['security'], sue: ['security'] },
      ...{ carol: ['admins'], dave: ['auditors'], mallory: [] },
    });
  });
});
