import { Client, credentials } from '@grpc/grpc-js';
import { DEV_USERS } from '@holdshort/dev-services';
import type { Role } from '../auth/identity.js';
import { anonymous, launcher, signedIn, type Person } from '../testing/people.js';
import { TestAgent, joinToken, type Keys } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { GRPC_ACCESS, HTTP_ACCESS, type HttpRule } from './access-table.js';

/** Who of the embedded stack has which role, with the roles as they are given at the first start. */
const ROLES_OF: Record<string, Role[]> = {
  ...{ alice: ['engineer'], sam: ['approver', 'auditor'], carol: ['admin'], dave: ['auditor'], mallory: [] },
};
/** The answer of a sign-in that nobody has begun. */
const NO_ATTEMPT = 'The sign-in is unknown, was finished already or took too long.';

const mayCall = (rule: HttpRule, roles: readonly Role[]): boolean =>
  rule.who === 'public' || rule.who === 'anyone' || rule.roles.some((role) => roles.includes(role));

/** Every row is tried with every kind of caller: who may gets past the guard, who may not gets no further. */
describe('every route and RPC, with callers who may and callers who may not', () => {
  let world: TestWorld;
  let replica: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase(), { signInsPerMinute: 10_000 });
  });
  afterAll(() => world.stop());

  /** A handler may answer 400 or 404 to an empty body or a made-up id: it was reached. */
  async function isLetIn(person: Person, key: string): Promise<boolean> {
    const [method = '', path = ''] = key.split(' ');
    const answer = await fetch(`${replica.server.httpUrl}${path.replace(/:\w+/, 'x')}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(person.token === undefined ? {} : { authorization: `Bearer ${person.token}` }),
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
      },
      body: method === 'GET' ? null : '{}',
    });
    const text = await answer.text();
    return (answer.status !== 401 && answer.status !== 403) || text.includes(NO_ATTEMPT);
  }

  it('knows all roles that the people here have', () => {
    const groups = DEV_USERS.map(({ login, groups: [group] }) => [login, group]);
    expect(Object.fromEntries(groups)).toMatchObject({ alice: 'eng', sam: 'security', carol: 'admins' });
  });

  it.each(Object.entries(HTTP_ACCESS))('%s', async (key, rule) => {
    for (const [login, roles] of Object.entries(ROLES_OF)) {
      const person = await signedIn(replica, login);
      expect({ login, letIn: await isLetIn(person, key) }).toEqual({ login, letIn: mayCall(rule, roles) });
    }
    expect(await isLetIn(anonymous(replica), key)).toBe(rule.who === 'public');
    const byLauncher = rule.who === 'public' || rule.who === 'roles-or-launcher';
    expect(await isLetIn(launcher(replica), key)).toBe(byLauncher);
  });

  /** On the wire a call with one message looks the same, whether the method streams or not. */
  function isServed(method: string, address: string, ca: string, keys: Keys): Promise<boolean> {
    const channel = credentials.createSsl(Buffer.from(ca), Buffer.from(keys.key), Buffer.from(keys.cert));
    const client = new Client(address, channel);
    const same = (bytes: Buffer): Buffer => bytes;
    return new Promise<boolean>((resolve) => {
      const call = client.makeBidiStreamRequest(`/${method}`, same, same);
      call.on('data', () => {
        resolve(true);
        call.cancel();
      });
      call.on('error', ({ message }: Error) => {
        resolve(!message.includes('may not make this call'));
      });
      call.on('end', () => {
        resolve(true);
      });
      call.end(Buffer.alloc(0));
    }).finally(() => {
      client.close();
    });
  }

  it.each(Object.entries(GRPC_ACCESS))('%s', async (method, rule) => {
    const token = await joinToken(replica);
    const agent = await TestAgent.enrolled(replica);
    agent.close();
    const served = (keys: Keys) => isServed(method, replica.server.grpc, token.ca, keys);
    expect(await served(agent.keys)).toBe(rule === 'agent');
    expect(await served(token)).toBe(rule === 'bootstrap');
  });
});
