import { createPassword } from './break-glass/create-password.js';
import { eventually } from '../testing/eventually.js';
import { anonymous, Person, signedIn } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

describe('API tokens, roles and the way in when nobody else is left', () => {
  let world: TestWorld;
  let databaseUrl: string;
  let replica: Replica;
  let alice: Person;
  let carol: Person;
  beforeAll(async () => {
    world = await TestWorld.start();
    databaseUrl = await world.newDatabase();
    replica = await world.replica(databaseUrl);
    [alice, carol] = await Promise.all([signedIn(replica, 'alice'), signedIn(replica, 'carol')]);
  });
  afterAll(() => world.stop());

  const withToken = (body: Record<string, unknown>): Person =>
    new Person(replica.server.httpUrl, String(body['token']));
  const types = () => replica.audit.events.map(({ type }) => type);
  const create = (scopes: string[], more: object = {}) => alice.post('/tokens', { name: 'script', scopes, ...more });

  describe('an API token', () => {
    it('opens what its scopes name, never sign-ins, tokens or roles, and is not kept', async () => {
      const { status, body } = await create(['sessions:read']);
      expect({ status, token: body['token'] }).toEqual({ status: 201, token: expect.stringMatching(/^hsp_\w{40}$/) });
      const script = withToken(body);
      expect((await script.get('/sessions')).status).toBe(200);
      expect((await script.get('/auth/me')).status).toBe(200);
      expect(await script.post('/sessions')).toMatchObject({
        status: 403,
        body: { advice: 'It would need the scope sessions:write.' },
      });
      for (const path of ['/tokens', '/auth/logout']) expect((await script.post(path)).status).toBe(403);
      expect((await script.get('/tokens')).status).toBe(403);
      const listed = await alice.get('/tokens');
      expect(JSON.stringify(listed.body)).not.toContain('hsp_');
      expect((listed.body['items'] as object[])[0]).toMatchObject({ last_used_at: expect.any(String) });
      const stored = await replica.parts.database.query<{ text: string }[]>(
        'SELECT row_to_json(t)::text AS text FROM holdshort.api_tokens t',
      );
      expect(stored[0]?.text).not.toContain(String(body['token']).slice(4));
    });

    it('is worth no more than its person', async () => {
      const { body } = await create(['agents:read', 'agents:write']);
      expect((await withToken(body).get('/agents')).status).toBe(403);
    });

    it('ends when it is revoked, by its person or an administrator, by nobody else', async () => {
      const { body } = await create(['sessions:read']);
      const bob = await signedIn(replica, 'bob');
      expect((await bob.call('DELETE', `/tokens/${String(body['id'])}`)).status).toBe(404);
      expect(JSON.stringify((await bob.get('/tokens')).body)).not.toContain(String(body['id']));
      expect((await withToken(body).get('/sessions')).status).toBe(200);
      expect((await carol.call('DELETE', `/tokens/${String(body['id'])}`)).status).toBe(204);
      expect((await withToken(body).get('/sessions')).status).toBe(401);
      await eventually(() => types().includes('auth.token_created') && types().includes('auth.token_revoked'));
    });

    it('ends in time', async () => {
      const { body } = await create(['sessions:read'], { days: 1 });
      world.clockOffsetMs = 86_401_000;
      expect((await withToken(body).get('/sessions')).status).toBe(401);
      world.clockOffsetMs = 0;
    });

    it.each([
      ['a scope that does not exist', { scopes: ['everything'] }],
      ['the scope of tokens', { scopes: ['tokens:write'] }],
      ['no scope', { scopes: [] }],
      ['another owner', { sub: 'dev-carol' }],
      ['a ready-made secret', { token: 'hsp_x' }],
      ['a year and more', { days: 400 }],
      ['more than the setting allows', { days: 91 }],
      ['a name with a line end', { name: 'a\nb' }],
    ])('is not made with %s', async (_what, changes) => {
      expect((await create(['sessions:read'], changes)).status).toBe(400);
    });
  });

  describe('roles', () => {
    const set = (person: Person, group: string, roles: string[]) => person.call('PUT', `/roles/${group}`, { roles });

    it('change for others at their next call, on the record', async () => {
      expect((await set(carol, 'auditors', ['auditor', 'policy_editor'])).status).toBe(204);
      const dave = await signedIn(replica, 'dave');
      expect((await dave.get('/auth/me')).body).toMatchObject({ roles: ['auditor', 'policy_editor'] });
      await eventually(() =>
        replica.audit.events.some(
          ({ type, detail }) => type === 'auth.roles_changed' && detail?.['after'] === 'auditor policy_editor',
        ),
      );
    });

    it('are not taken by whoever hands them out', async () => {
      expect(await set(carol, 'admins', ['admin', 'approver'])).toMatchObject({
        status: 403,
        body: { detail: 'This would make you approver yourself.' },
      });
      expect((await set(alice, 'eng', ['engineer', 'admin'])).status).toBe(403);
    });

    it('leave an administrator', async () => {
      expect(await set(carol, 'admins', [])).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect((await carol.get('/roles')).body['items']).toContainEqual({ group: 'admins', roles: ['admin'] });
    });
  });

  describe('a break-glass password', () => {
    const use = (password: string) => anonymous(replica).post('/auth/break-glass', { password });

    it('signs an administrator in once, for an hour, loudly', async () => {
      const { password } = await createPassword(databaseUrl, 'the provider is away');
      const stored = await replica.parts.database.query<{ text: string }[]>(
        'SELECT row_to_json(p)::text AS text FROM holdshort.break_glass_passwords p',
      );
      expect(stored[0]?.text).not.toContain(password.slice(4));
      const { status, body } = await use(password);
      expect({ status, human: body['human'] }).toMatchObject({ status: 200, human: { login: 'break-glass' } });
      expect((await withToken(body).get('/auth/me')).body).toMatchObject({ roles: ['admin'] });
      expect((await use(password)).status).toBe(401);
      await eventually(() => types().includes('auth.break_glass_used') && types().includes('auth.break_glass_created'));
      world.clockOffsetMs = 3_601_000;
      expect((await withToken(body).get('/auth/me')).status).toBe(401);
      world.clockOffsetMs = 0;
    });

    it('is no good after a quarter of an hour, and nothing else is one', async () => {
      const { password } = await createPassword(databaseUrl, 'never used');
      world.clockOffsetMs = 16 * 60_000;
      expect((await use(password)).status).toBe(401);
      world.clockOffsetMs = 0;
      expect((await use(`hsb_${'0'.repeat(40)}`)).status).toBe(401);
    });
  });

  describe('callers', () => {
    it('are slowed down one by one, and told when to come again', async () => {
      const slow = await world.replica(databaseUrl, { callsPerMinute: 3, signInsPerMinute: 3 });
      const [bob, sam] = [await signedIn(slow, 'bob'), await signedIn(slow, 'sam')];
      for (let n = 0; n < 3; n += 1) expect((await bob.get('/auth/me')).status).toBe(200);
      const refused = await bob.get('/auth/me');
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', title: 'Too Many Requests' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.headers.get('content-type')).toContain('application/problem+json');
      expect((await sam.get('/auth/me')).status).toBe(200);
      for (let n = 0; n < 3; n += 1) expect((await anonymous(slow).get('/auth/me')).status).toBe(401);
      expect((await anonymous(slow).get('/auth/me')).status).toBe(429);
      await slow.stop();
    });

    it('see only what is theirs (IDOR)', async () => {
      const bob = await signedIn(replica, 'bob');
      const { body } = await alice.post('/sessions', { assistant: 'copilot' });
      const path = `/sessions/${String(body['id'])}`;
      expect((await bob.get(path)).status).toBe(404);
      expect((await bob.call('DELETE', path)).status).toBe(404);
      expect((await (await signedIn(replica, 'sam')).call('DELETE', path)).status).toBe(403);
      expect(JSON.stringify((await bob.get('/sessions')).body)).not.toContain(String(body['id']));
      expect((await alice.get(path)).body).toMatchObject({ ended_at: null });
    });

    it('cannot add what a body does not name (mass assignment)', async () => {
      const forbidden: [Person, string, string, object][] = [
        [alice, 'POST', '/sessions', { humanSub: 'dev-carol', roles: ['admin'] }],
        [alice, 'POST', '/sessions', { human_groups: ['admins'] }],
        [carol, 'PUT', '/roles/eng', { roles: ['engineer'], granted_by: 'nobody' }],
        [anonymous(replica), 'POST', '/auth/device', { sub: 'dev-carol' }],
        [anonymous(replica), 'POST', '/auth/break-glass', { password: `hsb_${'0'.repeat(40)}`, role: 'admin' }],
      ];
      for (const [person, method, path, body] of forbidden) {
        const answer = await person.call(method, path, body);
        expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('should not exist') } });
      }
    });

    it('cannot write headers of the answer (header injection)', async () => {
      const answer = await fetch(
        `${replica.server.httpUrl}/api/v1/auth/login?return_to=${encodeURIComponent('/a\r\nSet-Cookie: x=y')}`,
        { redirect: 'manual', headers: { 'x-correlation-id': 'a b', 'x-forwarded-host': 'evil.example' } },
      );
      expect(answer.headers.getSetCookie().join()).not.toContain('x=y');
      expect(answer.headers.get('location')).not.toContain('evil.example');
      expect(answer.headers.get('x-correlation-id')).toMatch(/^cor_\w+$/);
      const html = await fetch(`${replica.server.httpUrl}/auth/login?issuer=${encodeURIComponent('<script>')}`, {
        redirect: 'manual',
      });
      expect(html.status).toBe(400);
    });
  });
});
