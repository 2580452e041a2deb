import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

describe('a session that rolls back another', () => {
  let world: TestWorld;
  let replica: Replica;
  let people: Record<'alice' | 'bob' | 'carol' | 'sam', Person>;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    const names = ['alice', 'bob', 'carol', 'sam'] as const;
    const all = await Promise.all(names.map(async (login) => [login, await signedIn(replica, login)] as const));
    people = Object.fromEntries(all) as typeof people;
  });
  afterAll(() => world.stop());

  const ended = async (): Promise<string> => {
    const { id } = (await people.alice.post('/sessions', { assistant: 'copilot' })).body as unknown as { id: string };
    expect((await people.alice.call('DELETE', `/sessions/${id}`)).status).toBe(200);
    return id;
  };
  const undo = (person: Person, undoes: string) => person.post('/sessions', { human: true, undoes });

  it('is opened by its owner and by administrators, and names it', async () => {
    const undoes = await ended();
    for (const person of [people.alice, people.carol]) {
      const { status, body } = await undo(person, undoes);
      expect({ status, body }).toMatchObject({ status: 201, body: { undoes } });
      const shown = await person.get(`/sessions/${String(body['id'])}`);
      expect(shown.body).toMatchObject({ undoes, is_human: true });
    }
    const opened = () =>
      replica.audit.events
        .filter(({ type, detail }) => type === 'session.opened' && detail?.['undoes'] === undoes)
        .map(({ human }) => human?.login);
    await eventually(() => opened().length === 2);
    expect(opened()).toEqual(['alice', 'carol']);
  });

  it('is not opened by others, for what is not there, or for a session that still runs', async () => {
    const undoes = await ended();
    expect(await undo(people.bob, undoes)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await undo(people.sam, undoes)).toMatchObject({
      status: 403,
      body: { code: 'not_authorized', detail: 'Only its owner or an administrator rolls a session back.' },
    });
    expect(await undo(people.alice, 'ses_none')).toMatchObject({ status: 404 });
    expect(await undo(people.alice, '../1')).toMatchObject({ status: 400 });
    const { id } = (await people.alice.post('/sessions', { assistant: 'copilot' })).body as unknown as { id: string };
    expect(await undo(people.alice, id)).toMatchObject({
      status: 400,
      body: { code: 'request_malformed', advice: `End it first: holdshort session kill ${id}` },
    });
  });
});
