import { Client } from 'pg';
import { anonymous, Person } from '../testing/people.js';
import { eventually } from '../testing/eventually.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { walkForms } from '../testing/walk-forms.js';

describe('sign-in by device flow', () => {
  let world: TestWorld;
  let replica: Replica;
  let databaseUrl: string;
  beforeAll(async () => {
    world = await TestWorld.start();
    databaseUrl = await world.newDatabase();
    replica = await world.replica(databaseUrl);
  });
  afterAll(() => world.stop());

  const start = async () => (await anonymous(replica).post('/auth/device')).body as unknown as Record<string, string>;
  const finish = (handle: string | undefined) => anonymous(replica).post('/auth/device/token', { handle });

  it('waits for the person, then gives a token of ours with verified groups', async () => {
    const device = await start();
    expect(device).toMatchObject({
      handle: expect.stringMatching(/^hsd_/),
      user_code: expect.any(String),
      expires_in: 600,
    });
    expect(await finish(device['handle'])).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
    await walkForms(device['verification_uri_complete'] ?? '', {
      login: 'alice',
      password: 'alice',
      username: 'alice',
    });
    const { status, body } = await finish(device['handle']);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token: expect.stringMatching(/^hst_/),
      human: { login: 'alice', email: 'alice@example.test', groups: ['eng'] },
    });
    const me = await new Person(replica.server.httpUrl, String(body['token'])).get('/auth/me');
    expect(me.body).toMatchObject({
      human: { sub: 'dev-alice', login: 'alice', idp: world.idp.issuer },
      roles: ['engineer'],
    });
    const hours = (Date.parse(String(body['expires_at'])) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(12, 1);
    await eventually(() =>
      replica.audit.events.some((event) => event.type === 'auth.login' && event.human?.login === 'alice'),
    );
  });

  it('gives the token of one sign-in once', async () => {
    const device = await start();
    await walkForms(device['verification_uri_complete'] ?? '', { login: 'bob', password: 'bob', username: 'bob' });
    expect((await finish(device['handle'])).status).toBe(200);
    expect(await finish(device['handle'])).toMatchObject({ status: 400, body: { error: 'expired_token' } });
  });

  it('keeps neither tokens nor device codes in the database', async () => {
    const device = await start();
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ text: string }>(
      `SELECT row_to_json(t)::text AS text FROM holdshort.access_tokens t
       UNION ALL SELECT handle_sha256 || encode(sealed_device_code, 'escape') FROM holdshort.device_logins`,
    );
    await client.end();
    const stored = rows.map((row) => row.text).join('\n');
    expect(stored).toContain('dev-alice');
    expect(stored).not.toMatch(/hst_|hsd_/);
    expect(stored).not.toContain(device['handle']?.slice(4));
  });

  it('refuses an expired token and a made-up handle', async () => {
    const device = await start();
    await walkForms(device['verification_uri_complete'] ?? '', {
      login: 'alice',
      password: 'alice',
      username: 'alice',
    });
    const { body } = await finish(device['handle']);
    const alice = new Person(replica.server.httpUrl, String(body['token']));
    world.clockOffsetMs = 13 * 3_600_000;
    try {
      expect((await alice.get('/auth/me')).status).toBe(401);
    } finally {
      world.clockOffsetMs = 0;
    }
    expect(await finish(`hsd_${'0'.repeat(40)}`)).toMatchObject({ status: 400, body: { error: 'expired_token' } });
  });

  it('speaks plain http to a provider in dev mode only', async () => {
    const strict = await world.replica(databaseUrl, { devMode: false });
    expect(await anonymous(strict).post('/auth/device')).toMatchObject({
      status: 401,
      body: { detail: 'The identity provider must be reached over https.' },
    });
    await strict.stop();
  });
});
