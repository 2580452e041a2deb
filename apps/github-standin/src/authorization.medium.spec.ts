import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Harness, type Answer } from './testing/harness.js';

type Json = Record<string, unknown>;

// Contract: people let the App act for them as at GitHub, and their tokens do what both may.
describe('the stand-in, authorised by people', () => {
  let harness: Harness;
  let secret: string;
  let basic: string;
  beforeAll(async () => {
    harness = await Harness.start();
    secret = readFileSync(harness.standin.clientSecretFile, 'utf8');
    basic = `Basic ${Buffer.from(`${harness.standin.clientId}:${secret}`).toString('base64')}`;
  });
  afterAll(() => harness.close());

  const web = (method: string, path: string, body?: Json): Promise<Answer> =>
    harness.call(method, path, { host: 'github.com', headers: { 'content-type': 'application/json' }, body });
  const client = () => ({ client_id: harness.standin.clientId, client_secret: secret });
  const tokens = async (fields: Json): Promise<Json> =>
    (await web('POST', '/login/oauth/access_token', { ...client(), ...fields })).json as Json;
  const asClient = (method: string, path: string, body: Json, authorization = basic) =>
    harness.call(method, `/applications/${harness.standin.clientId}${path}`, { headers: { authorization }, body });
  const consent = (login?: string) => harness.control('POST', '/consent', { login });
  /** The code that the browser brings back. */
  const codeOf = async (more: Record<string, string> = {}): Promise<URLSearchParams> => {
    const asked = { client_id: harness.standin.clientId, redirect_uri: 'https://cp.test/cb', state: 's1', ...more };
    const answer = await web('GET', `/login/oauth/authorize?${new URLSearchParams(asked).toString()}`);
    return new URL(String(answer.headers['location'])).searchParams;
  };
  const linked = async (login: string): Promise<{ access: string; refresh: string }> => {
    await consent(login);
    const answer = await tokens({ code: (await codeOf()).get('code') });
    await consent();
    return { access: String(answer['access_token']), refresh: String(answer['refresh_token']) };
  };

  it('gives a code for one exchange, held together by state, redirect and PKCE', async () => {
    await consent('alice');
    const verifier = 'v'.repeat(43);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
    const back = await codeOf(pkce);
    expect(back.get('state')).toBe('s1');
    const answer = await tokens({
      code: back.get('code'),
      redirect_uri: 'https://cp.test/cb',
      code_verifier: verifier,
    });
    expect(answer).toMatchObject({ expires_in: 28_800, refresh_token_expires_in: 15_897_600, token_type: 'bearer' });
    expect(answer['access_token']).toMatch(/^ghu_[0-9A-Za-z]{36}$/);
    expect(answer['refresh_token']).toMatch(/^ghr_[0-9A-Za-z]{76}$/);
    for (const wrong of [
      { code: back.get('code'), code_verifier: verifier },
      { code: (await codeOf(pkce)).get('code'), code_verifier: 'w'.repeat(43) },
      { code: (await codeOf(pkce)).get('code') },
    ])
      expect(await tokens(wrong)).toMatchObject({ error: 'bad_verification_code' });
    const elsewhere = { code: (await codeOf()).get('code'), redirect_uri: 'https://evil.test/cb' };
    expect(await tokens(elsewhere)).toMatchObject({ error: 'redirect_uri_mismatch' });
    expect(await tokens({ code: 'x', client_secret: 'wrong' })).toMatchObject({
      error: 'incorrect_client_credentials',
    });
  });

  it('asks who is there where nobody was chosen', async () => {
    await consent();
    const asked = new URLSearchParams({ client_id: harness.standin.clientId, redirect_uri: 'https://cp.test/cb' });
    const page = await web('GET', `/login/oauth/authorize?${asked.toString()}`);
    expect(page.text).toContain('<p>Who are you?</p>');
    expect(page.text).toContain('login=alice">alice</a>');
    expect((await web('GET', `/login/oauth/authorize?client_id=other&redirect_uri=https://cp.test/cb`)).status).toBe(
      404,
    );
  });

  it('gives tokens by a code on another screen', async () => {
    const { json } = await web('POST', '/login/device/code', { client_id: harness.standin.clientId });
    const device = json as Json;
    expect(device).toMatchObject({ verification_uri: 'https://github.com/login/device', interval: 5, expires_in: 900 });
    const grant = { device_code: device['device_code'], grant_type: 'urn:ietf:params:oauth:grant-type:device_code' };
    expect(await tokens(grant)).toMatchObject({ error: 'authorization_pending' });
    expect(await tokens(grant)).toMatchObject({ error: 'slow_down' });
    expect((await web('POST', '/login/device', { user_code: 'NONE-NONE', login: 'bob' })).status).toBe(404);
    expect((await web('POST', '/login/device', { user_code: device['user_code'], login: 'bob' })).status).toBe(200);
    const answer = await tokens(grant);
    const { json: user } = await harness.call('GET', '/user', { token: String(answer['access_token']) });
    expect(user).toMatchObject({ login: 'bob', type: 'User' });
    expect(await tokens(grant)).toMatchObject({ error: 'incorrect_device_code' });
  });

  it('refreshes once: both tokens of before are dead', async () => {
    const first = await linked('alice');
    const second = await tokens({ grant_type: 'refresh_token', refresh_token: first.refresh });
    expect((await harness.call('GET', '/user', { token: first.access })).status).toBe(401);
    expect((await harness.call('GET', '/user', { token: String(second['access_token']) })).status).toBe(200);
    expect(await tokens({ grant_type: 'refresh_token', refresh_token: first.refresh })).toMatchObject({
      error: 'bad_refresh_token',
    });
  });

  it('lets a person do what both they and the App may', async () => {
    const statusOf = async (login: string, method: string, path: string, body?: Json) =>
      (await harness.call(method, path, { token: (await linked(login)).access, body })).status;
    expect(await statusOf('alice', 'GET', '/repos/acme/app')).toBe(200);
    expect(await statusOf('mallory', 'GET', '/repos/acme/app')).toBe(404);
    expect(await statusOf('alice', 'GET', '/repos/other/private')).toBe(404);
    const file = (name: string) => ({ message: name, content: 'aGk=', branch: 'main' });
    expect(await statusOf('dave', 'PUT', '/repos/acme/app/contents/d.txt', file('d'))).toBe(403);
    expect(await statusOf('alice', 'PATCH', '/repos/acme/app', { description: 'x' })).toBe(403);
    expect(await statusOf('carol', 'PATCH', '/repos/acme/app', { description: 'x' })).toBe(200);
  });

  it('makes what a person does by REST, GraphQL and git that person’s', async () => {
    const { access } = await linked('alice');
    const call = async (method: string, path: string, body?: Json) =>
      (await harness.call(method, path, { token: access, body })).json as Json;
    const folder = await harness.clone('acme/app', access, 'as-alice');
    await harness.git(folder, 'checkout', '-q', '-b', 'topic/alice');
    await harness.commit(folder, { 'alice.txt': 'hi' });
    expect(await harness.git(folder, 'push', '-q', 'origin', 'topic/alice')).toMatchObject({ status: 0 });
    const written = await call('PUT', '/repos/acme/app/contents/a.txt', {
      ...{ message: 'by alice', content: 'aGk=', branch: 'topic/alice' },
    });
    expect(written['commit']).toMatchObject({ author: { name: 'alice' } });
    const pull = await call('POST', '/repos/acme/app/pulls', { title: 'p', head: 'topic/alice', base: 'main' });
    expect(pull['user']).toMatchObject({ login: 'alice', type: 'User' });
    const { data } = await call('POST', '/graphql', { query: '{ viewer { login } }' });
    expect(data).toEqual({ viewer: { login: 'alice' } });
  });

  it('narrows a token to repositories and permissions, checks it and ends it', async () => {
    const { access } = await linked('alice');
    const scope = { access_token: access, target: 'acme', repositories: ['app'], permissions: { contents: 'read' } };
    const answer = await asClient('POST', '/token/scoped', scope);
    expect(answer.status).toBe(200);
    const scoped = answer.json as Json;
    expect(scoped).toMatchObject({
      user: { login: 'alice' },
      installation: { permissions: { contents: 'read', metadata: 'read' }, repository_selection: 'selected' },
      hashed_token: createHash('sha256').update(String(scoped['token'])).digest('hex'),
    });
    const token = String(scoped['token']);
    const file = { message: 'x', content: 'aGk=', branch: 'main' };
    expect((await harness.call('GET', '/repos/acme/app/contents/README.md', { token })).status).toBe(200);
    expect((await harness.call('GET', '/repos/acme/payments', { token })).status).toBe(404);
    expect((await harness.call('PUT', '/repos/acme/app/contents/x', { token, body: file })).status).toBe(403);

    const refused = async (changes: Json, authorization?: string) =>
      (await asClient('POST', '/token/scoped', { ...scope, ...changes }, authorization)).status;
    expect(await refused({ access_token: 'ghu_none' })).toBe(404);
    expect(await refused({ target: 'other' })).toBe(404);
    expect(await refused({ repositories: ['none'] })).toBe(422);
    expect(await refused({ access_token: (await linked('mallory')).access })).toBe(422);
    expect(await refused({ access_token: token })).toBe(422);
    expect(await refused({}, `Basic ${Buffer.from('x:y').toString('base64')}`)).toBe(401);

    expect((await asClient('POST', '/token', { access_token: token })).status).toBe(200);
    expect((await asClient('DELETE', '/token', { access_token: token })).status).toBe(204);
    expect((await asClient('POST', '/token', { access_token: token })).status).toBe(404);
    expect((await harness.call('GET', '/user', { token: access })).status).toBe(200);
  });

  it('ends everything that a person gave, theirs alone', async () => {
    const [alice, bob] = [await linked('alice'), await linked('bob')];
    expect((await asClient('DELETE', '/grant', { access_token: alice.access })).status).toBe(204);
    expect((await harness.call('GET', '/user', { token: alice.access })).status).toBe(401);
    expect(await tokens({ grant_type: 'refresh_token', refresh_token: alice.refresh })).toMatchObject({
      error: 'bad_refresh_token',
    });
    expect((await harness.call('GET', '/user', { token: bob.access })).status).toBe(200);
    expect((await harness.call('DELETE', '/installation/token', { token: bob.access })).status).toBe(403);
  });
});
