import { randomBytes } from 'node:crypto';
import { signedIn, type Person } from '../testing/people.js';
import { eventually } from '../testing/eventually.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { LocalSealedText, SEALED_TEXT, type SealedText } from './sealed-text.js';

const [FIRST, SECOND] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

describe('secrets at rest', () => {
  let world: TestWorld;
  let database: string;
  let replica: Replica;
  let carol: Person;

  beforeAll(async () => {
    world = await TestWorld.start();
    database = await world.newDatabase();
    replica = await world.replica(database, { secretsKeyFile: FIRST });
    carol = await signedIn(replica, 'carol');
  });
  afterAll(() => world.stop());

  const box = (at = replica): SealedText => at.server.app.get<SealedText>(SEALED_TEXT);
  const keyOf = (sealed: string): string => sealed.split('.')[1] ?? '';

  it('are opened again, name their key, and show nothing of it or the text', async () => {
    const sealed = await box().seal('refresh-token');
    expect(sealed).toMatch(/^hs1\.dk_[0-9A-Za-z]{22}\.[A-Za-z0-9_-]+$/);
    expect(sealed).not.toContain('refresh');
    expect(await box().open(sealed)).toBe('refresh-token');
    expect(await box().seal('refresh-token')).not.toBe(sealed);
    expect(await box().open(await box().seal(''))).toBe('');
    const dump = JSON.stringify(await replica.parts.database.query('SELECT * FROM holdshort.data_keys'));
    expect(dump).not.toContain(FIRST);
  });

  it('refuse a changed text, and one under the name of another key', async () => {
    const sealed = await box().seal('refresh-token');
    const [form = '', id = '', body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (const at of [0, 13, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(box().open(`${form}.${id}.${changed.toString('base64url')}`)).rejects.toThrow('cannot be opened');
    }
    const before = id;
    await carol.post('/keys/rotate');
    const after = keyOf(await box().seal('x'));
    expect(after).not.toBe(before);
    await expect(box().open(`${form}.${after}.${body}`)).rejects.toThrow('cannot be opened');
    await expect(box().open(`hs1.dk_${'0'.repeat(22)}.${body}`)).rejects.toThrow('is not there');
    await expect(box().open('rubbish')).rejects.toThrow();
  });

  it('of before the envelope are still opened', async () => {
    const old = await new LocalSealedText(replica.parts.settings.agentCaKey).seal('of before');
    expect(await box().open(old)).toBe('of before');
  });

  it('have one key also when many replicas seal for the first time at once', async () => {
    const fresh = await world.newDatabase();
    const [a, b] = [await world.replica(fresh), await world.replica(fresh)];
    const sealed = await Promise.all([a, b, a, b, a, b].map((at) => box(at).seal('x')));
    expect(new Set(sealed.map(keyOf)).size).toBe(1);
    await a.stop();
    await b.stop();
  });

  it('stay as they are when the wrapping key is replaced, which then is of no more use', async () => {
    const sealed = await box().seal('kept');
    // both keys, the new one first
    const next = await world.replica(database, { secretsKeyFile: `${SECOND}\n${FIRST}` });
    expect(await box(next).open(sealed)).toBe('kept');
    const { status, body } = await (await signedIn(next, 'carol')).post('/keys/rotate');
    expect({ status, rewrapped: Number(body['rewrapped']) > 0 }).toEqual({ status: 200, rewrapped: true });
    const made = await box(next).seal('new');
    expect(keyOf(made)).toBe(body['current']);
    // a replica that runs since before seals by the new key, too, once it has the wrapping key
    const alone = await world.replica(database, { secretsKeyFile: SECOND });
    expect(await box(alone).open(sealed)).toBe('kept');
    expect(await box(alone).open(made)).toBe('new');
    const without = await world.replica(database, { secretsKeyFile: FIRST });
    await expect(box(without).open(sealed)).rejects.toThrow(
      /is wrapped by local:[0-9a-f]{16}, which the settings do not name/,
    );
    for (const each of [next, alone, without]) await each.stop();
  });

  it('are rotated by administrators, recorded, and all or nothing', async () => {
    const sam = await signedIn(replica, 'sam');
    expect((await sam.post('/keys/rotate')).status).toBe(403);
    const fresh = await world.newDatabase();
    const first = await world.replica(fresh, { secretsKeyFile: FIRST });
    const sealed = await box(first).seal('x');
    const lost = await world.replica(fresh, { secretsKeyFile: SECOND });
    const admin = await signedIn(lost, 'carol');
    expect((await admin.post('/keys/rotate')).status).toBe(500);
    const { body } = await admin.get('/keys');
    expect(body['items']).toEqual([expect.objectContaining({ id: keyOf(sealed), is_current: true })]);
    expect(JSON.stringify(body)).not.toContain('"wrapped"');
    const made = (await (await signedIn(first, 'carol')).post('/keys/rotate')).body;
    const event = await eventually(() => first.audit.events.find(({ type }) => type === 'keys.rotated'));
    expect(event).toMatchObject({ human: { login: 'carol' }, detail: { data_key: made['current'] } });
    for (const each of [first, lost]) await each.stop();
  });
});
