import { BALANCED, starterSet, versionOf } from '@holdshort/policy';
import { rest } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { balancedWith, bringIntoForce } from '../testing/policy-sets.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { PoliciesService } from './policies.service.js';

const NO_ISSUES =
  '@id("no-issues") @message("No issues.") forbid (principal, action == Holdshort::Action::"issue.write", resource);';
const at = (version: string, verb = ''): string => `/policies/${encodeURIComponent(version)}${verb}`;

describe('policy versions', () => {
  let world: TestWorld;
  let first: Replica;
  let second: Replica;
  let carol: Person;
  let alice: Person;

  beforeAll(async () => {
    world = await TestWorld.start();
    const database = await world.newDatabase();
    first = await world.replica(database);
    second = await world.replica(database);
    carol = await signedIn(first, 'carol');
    alice = await signedIn(first, 'alice');
  });
  afterAll(() => world.stop());

  const inForce = (replica: Replica): string => replica.server.app.get(PoliciesService).current().version;
  const eventsOf = (version: string, replica = first): string[] =>
    replica.audit.events.filter(({ detail }) => detail?.['policy_version'] === version).map(({ type }) => type);

  it('begins with the balanced starter set, which is the newest', async () => {
    expect((await alice.get('/policies/active')).body).toMatchObject({
      version: versionOf(BALANCED),
      name: 'balanced',
      state: 'active',
      newer_starter: null,
      starter: { name: 'balanced' },
      source: { access: BALANCED.access, zone: 'UTC', observe: [] },
    });
  });

  it('has starter sets, written for whose names are given, which are sound', async () => {
    const { body } = await alice.get('/policies/starters?organisation=Initech&engineers=devs&security=sec');
    const items = body['items'] as { name: string; version: string; source: { access: string; cases: object[] } }[];
    expect(items.map(({ name }) => name)).toEqual(['observe-only', 'balanced', 'strict']);
    for (const { name, version, source } of items) {
      expect(source.access).toContain('Holdshort::Org::"initech"');
      expect(source.access).not.toContain('Holdshort::Group::"eng"');
      const found = await carol.post('/policies/check', { name, ...source });
      expect(found.body).toMatchObject({ problems: [], failures: [], cases: source.cases.length, version });
    }
    expect((await alice.get('/policies/starters?organisation=a%22b')).status).toBe(400);
  });

  it('checks a draft without storing it, with each problem at its place', async () => {
    const count = async () => ((await carol.get('/policies')).body['items'] as object[]).length;
    const before = await count();
    const sound = await carol.post('/policies/check', balancedWith(NO_ISSUES));
    expect(sound).toMatchObject({ status: 200, body: { problems: [], failures: [], cases: 0 } });
    const broken = await carol.post('/policies/check', {
      name: 'x',
      access: 'permit (\n  principal, acton, resource);',
      obligations: '',
    });
    expect(broken).toMatchObject({ status: 200, body: { problems: [{ set: 'access', line: 2 }], version: null } });
    expect((await alice.post('/policies/check', balancedWith(NO_ISSUES))).status).toBe(403);
    expect(await count()).toBe(before);
  });

  it('stores a draft, once for the same content, and changes nothing by it', async () => {
    const before = inForce(first);
    const saved = await carol.post('/policies', balancedWith(NO_ISSUES, { note: 'no issues any more' }));
    expect(saved).toMatchObject({ status: 201, body: { state: 'draft', author: 'carol', note: 'no issues any more' } });
    const version = String(saved.body['version']);
    expect((await carol.post('/policies', balancedWith(NO_ISSUES, { note: 'again' }))).body).toMatchObject({
      version,
      note: 'no issues any more',
    });
    expect(inForce(first)).toBe(before);
    expect((await alice.get(at(version))).body).toMatchObject({
      source: { access: expect.stringContaining('no-issues') as string },
      policies: expect.arrayContaining([{ id: 'no-issues', title: 'no-issues', effect: 'deny' }]) as object,
    });
    expect((await alice.get(at(version, '/diff'))).body).toMatchObject({
      from: before,
      to: version,
      access: [{ id: 'no-issues', before: null, after: NO_ISSUES }],
      obligations: [],
      settings: [],
    });
    await eventually(() => eventsOf(version).includes('policy.saved'));
    expect(eventsOf(version)).toEqual(['policy.saved']);
  });

  it.each([
    ['a policy that does not load', balancedWith('@id("x") forbid (principal, action, resource);'), 'x at '],
    ['a case that cannot be read', balancedWith(NO_ISSUES, { cases: [{ name: 'a' }] }), 'a: The case has no action.'],
    ['a zone that is not one', balancedWith(NO_ISSUES, { zone: 'Nowhere' }), 'Nowhere is not a time zone'],
    [
      'a case that fails',
      balancedWith(NO_ISSUES, {
        cases: [
          {
            name: 'issues go through',
            groups: ['eng'],
            action: 'issue.write',
            repository: 'acme/app',
            expect: { effect: 'allow' },
          },
        ],
      }),
      'issues go through: expected allow, got deny by no-issues (policy_forbids)',
    ],
  ])('stores nothing for %s', async (_, body, message) => {
    const before = (await alice.get('/policies')).body['items'];
    const answer = await carol.post('/policies', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request_malformed' } });
    expect(answer.body['detail']).toContain(message);
    expect((await alice.get('/policies')).body['items']).toEqual(before);
  });

  it('comes into force on every replica, within a second, and for the next call', async () => {
    const agent = await TestAgent.enrolled(second);
    const { body } = await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    const write = () =>
      agent.decide(rest(String(body['id']), 'issues/create', 'issue.write', { owner: 'acme', repo: 'app' }));
    expect((await write()).determiningPolicies).toEqual(['eng-collaborate']);
    const version = await bringIntoForce(carol, balancedWith(NO_ISSUES));
    expect(inForce(first)).toBe(version);
    await eventually(() => inForce(second) === version, 1_000);
    expect(await write()).toMatchObject({ determiningPolicies: ['no-issues'], policyVersion: version });
    await eventually(() => eventsOf(version).includes('policy.activated'));
    agent.close();
  });

  it('goes back to the version before, and remembers it all', async () => {
    const after = inForce(first);
    const answer = await carol.post('/policies/rollback', { reason: 'too strict' });
    expect(answer).toMatchObject({ status: 200, body: { version: versionOf(BALANCED), state: 'active' } });
    await eventually(() => inForce(second) === versionOf(BALANCED), 1_000);
    expect((await alice.get(at(after))).body).toMatchObject({ state: 'retired' });
    const { items } = (await alice.get('/policies/activations')).body as { items: object[] };
    expect(items[0]).toMatchObject({
      version: versionOf(BALANCED),
      previous: after,
      reason: 'rollback: too strict',
      by: 'carol',
    });
  });

  it('is for administrators to change, and for everyone with a role to read', async () => {
    const { version } = (await alice.get('/policies/active')).body;
    for (const login of ['alice', 'sam', 'dave']) {
      const person = await signedIn(first, login);
      expect((await person.get('/policies')).status).toBe(200);
      const tries = [
        person.post('/policies', balancedWith('')),
        person.post(at(String(version), '/submit')),
        person.post(at(String(version), '/review'), { approve: true }),
        person.post(at(String(version), '/activate'), { reason: 'x' }),
        person.post('/policies/rollback', { reason: 'x' }),
        person.post('/policies/break-glass', { session_id: 'x', reason: 'x', minutes: 1 }),
        person.post('/simulations', { version }),
      ];
      expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(tries.map(() => 403));
    }
  });

  it('tells when the starter set that a version was made from has a newer one, and replaces nothing', async () => {
    const old = { ...starterSet('strict'), access: `${starterSet('strict').access}\n// as it was` };
    const body = { ...old, name: 'strict', starter: 'strict', starter_version: versionOf(old), starter_names: {} };
    const saved = await carol.post('/policies', body);
    expect(saved.body).toMatchObject({
      starter: { name: 'strict', version: versionOf(old) },
      newer_starter: versionOf(starterSet('strict')),
    });
    expect(inForce(first)).toBe(versionOf(BALANCED));
  });

  it('names the same rules anew after an upgrade, and keeps them in force', async () => {
    const database = await world.newDatabase();
    const before = await world.replica(database);
    await before.parts.database.query('DELETE FROM holdshort.policy_activations');
    await before.parts.database.query(
      `UPDATE holdshort.policy_versions SET version = 'sha256:000000000000', format = 0, source = source - 'cases'`,
    );
    await before.stop();
    const after = await world.replica(database);
    expect(inForce(after)).toBe(versionOf({ ...BALANCED, cases: [] }));
    const person = await signedIn(after, 'alice');
    expect((await person.get('/policies/activations')).body).toMatchObject({
      items: [{ previous: 'sha256:000000000000', reason: 'named anew after an upgrade' }],
    });
  });
});

describe('the second person', () => {
  let world: TestWorld;
  let replica: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase(), {
      policySecondPerson: true,
      roleGroups: { admins: ['admin'], security: ['admin'], eng: ['engineer'] },
    });
  });
  afterAll(() => world.stop());

  it('approves before a version comes into force, and is nobody who wrote it', async () => {
    const [carol, sam] = await Promise.all(['carol', 'sam'].map((login) => signedIn(replica, login)));
    if (!carol || !sam) throw new Error('nobody');
    const version = String((await carol.post('/policies', balancedWith(NO_ISSUES))).body['version']);
    const activate = () => sam.post(at(version, '/activate'), { reason: 'agreed' });
    expect(await activate()).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await sam.post(at(version, '/review'), { approve: true })).status).toBe(409);
    expect((await carol.post(at(version, '/submit'))).body).toMatchObject({ state: 'review' });
    expect((await carol.post(at(version, '/review'), { approve: true })).status).toBe(403);
    expect((await sam.post(at(version, '/review'), { approve: false, note: 'no' })).body).toMatchObject({
      state: 'rejected',
    });
    expect((await activate()).status).toBe(409);
    await carol.post(at(version, '/submit'));
    expect((await sam.post(at(version, '/review'), { approve: true })).body).toMatchObject({
      state: 'approved',
      reviewer: 'sam',
    });
    expect((await activate()).body).toMatchObject({ state: 'active', version });
    const types = await eventually(() => {
      const found = replica.audit.events.filter(({ detail }) => detail?.['policy_version'] === version);
      return found.length >= 6 && found.map(({ type }) => type);
    });
    expect(types).toEqual([
      'policy.saved',
      'policy.submitted',
      'policy.reviewed',
      'policy.submitted',
      'policy.reviewed',
      'policy.activated',
    ]);
  });
});
