import { createHash, createPrivateKey } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentV1 } from '@holdshort/contracts';
import { push, rest } from '../testing/calls.js';
import { KMS_CREDENTIALS, kmsSignStandin } from '../testing/kms-standin.js';
import { signedIn } from '../testing/people.js';
import { balancedWith, bringIntoForce } from '../testing/policy-sets.js';
import {
  clearFaults,
  installApp,
  lastRequest,
  requestsSince,
  setFault,
  uninstallApp,
} from '../testing/standin-control.js';
import { issuedTokens, startStandin, type StandinProcess } from '../testing/standin-process.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { GithubApps } from './github-apps.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;
const GHES = 'ghes.corp.example';
/** The App of every stand-in; an App has a client id beside its number, and both may issue tokens. */
const CLIENT_ID = 'Iv23liHoldshortStandin';
const OTHERS = `@id("others") permit (principal, action, resource in Holdshort::Org::"other");`;
const ENTERPRISE = `@id("ghes") permit (principal, action, resource in Holdshort::Org::"${GHES}/acme");`;

/** The settings of one App are not beside a file of several. */
const NO_SINGLE_APP = {
  githubAppId: undefined,
  githubAppKey: undefined,
  githubClientId: undefined,
  githubClientSecret: undefined,
};

interface Desk {
  replica: Replica;
  agent: TestAgent;
  session: string;
}

// Contract: each call goes by the App of its host and owner, and no other App sees anything of it.
describe('several GitHub Apps', () => {
  let world: TestWorld;
  /** github.com as the App of acme sees it, as the App of other sees it, and a GitHub Enterprise Server. */
  let acme: StandinProcess;
  let other: StandinProcess;
  let ghes: StandinProcess;
  let database: string;
  const desks: Desk[] = [];

  beforeAll(async () => {
    world = await TestWorld.start();
    acme = world.standin;
    [other, ghes, database] = await Promise.all([startIn('other'), startIn('ghes'), world.newDatabase()]);
    await Promise.all([installApp(other, 'other'), uninstallApp(other, 'acme')]);
  });
  afterAll(async () => {
    for (const { agent } of desks) agent.close();
    await Promise.all([other.stop(), ghes.stop()]);
    await world.stop();
  });
  afterEach(() => Promise.all([acme, other, ghes].map(clearFaults)));

  const startIn = (name: string): Promise<StandinProcess> => {
    mkdirSync(join(world.dir, name));
    return startStandin(join(world.dir, name));
  };

  const file = (name: string, text: string): string => {
    writeFileSync(join(world.dir, name), text, { mode: 0o600 });
    return join(world.dir, name);
  };
  let files = 0;
  const entry = (standin: StandinProcess, changes: object = {}) => ({
    id: Number(standin.appId),
    api_url: standin.url,
    ca_file: file(`ca-${String(++files)}.pem`, standin.ca),
    key_file: file(`key-${String(files)}.pem`, standin.appKey),
    ...changes,
  });

  const desk = async (apps: object[], more = OTHERS, settings: object = {}): Promise<Desk> => {
    const replica = await world.replica(database, {
      ...(apps.length === 0 ? {} : { githubApps: JSON.stringify(apps), ...NO_SINGLE_APP }),
      ...settings,
    });
    const agent = await TestAgent.enrolled(replica);
    await bringIntoForce(await signedIn(replica, 'carol'), balancedWith(more));
    const opened = await (
      await signedIn(replica, 'alice')
    ).post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    const made = { replica, agent, session: String(opened.body['id']) };
    desks.push(made);
    return made;
  };

  const at = (host: string, request: ReturnType<typeof push>): ReturnType<typeof push> => ({
    ...request,
    operation: { ...request.operation, host },
  });
  let pushes = 0;
  const pushTo = ({ session }: Desk, owner: string, repo: string, host = 'github.com') => {
    const ref = `refs/heads/apps-${String(++pushes)}`;
    const request = push(session, ref, { repo });
    const intents = [{ action: 'ref.create', target: { owner, repo, ref, paths: [] } }];
    return at(host, { ...request, operation: { ...request.operation, intents } });
  };
  const holderOf = async (lease: agentV1.Lease | undefined): Promise<string> => {
    const sha256 = createHash('sha256')
      .update(lease?.token ?? '')
      .digest('hex');
    const seenAt = await Promise.all(
      Object.entries({ acme, other, ghes }).map(async ([name, standin]) =>
        (await issuedTokens(standin)).some((token) => token.sha256 === sha256) ? [name] : [],
      ),
    );
    return seenAt.flat().join();
  };
  const pathsSince = async (standin: StandinProcess, since: number): Promise<string[]> =>
    (await requestsSince(standin, since)).map(({ path }) => path);

  it('are told apart by the organisations they name, and neither hears of what is the other’s', async () => {
    const mine = await desk([
      entry(acme, { organisations: ['acme'] }),
      entry(other, { id: CLIENT_ID, organisations: ['other'] }),
    ]);
    const [fromAcme, fromOther] = await Promise.all([lastRequest(acme), lastRequest(other)]);
    const toAcme = await mine.agent.decide(pushTo(mine, 'acme', 'app'));
    const toOther = await mine.agent.decide(pushTo(mine, 'other', 'private'));
    expect([toAcme.effect, toOther.effect]).toEqual([EFFECT_ALLOW, EFFECT_ALLOW]);
    expect(await holderOf(toAcme.lease)).toBe('acme');
    expect(await holderOf(toOther.lease)).toBe('other');
    expect(toOther.lease).toMatchObject({ repositories: ['other/private'], permissions: { contents: 'write' } });
    expect((await pathsSince(acme, fromAcme)).filter((path) => path.includes('other'))).toEqual([]);
    expect((await pathsSince(other, fromOther)).filter((path) => path.includes('acme'))).toEqual([]);
  });

  it('without names: the first that is installed there', async () => {
    const mine = await desk([entry(acme), entry(other, { id: CLIENT_ID })]);
    const before = await lastRequest(other);
    expect(await holderOf((await mine.agent.decide(pushTo(mine, 'acme', 'app'))).lease)).toBe('acme');
    expect(await pathsSince(other, before)).toEqual([]);
    expect(await holderOf((await mine.agent.decide(pushTo(mine, 'other', 'private'))).lease)).toBe('other');
    expect(await mine.agent.decide(pushTo(mine, 'nobody', 'nothing'))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['lease_unavailable'],
      message: expect.stringContaining('cannot reach nobody/nothing: it is not installed there.') as string,
    });
  });

  it('never stand in for the App that an organisation is given to', async () => {
    const mine = await desk([entry(other, { id: CLIENT_ID, organisations: ['acme'] }), entry(acme)]);
    const before = await lastRequest(acme);
    expect(await mine.agent.decide(pushTo(mine, 'acme', 'app'))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['lease_unavailable'],
    });
    expect(await pathsSince(acme, before)).toEqual([]);
  });

  it('are looked through for a repository that is named by number or node', async () => {
    const mine = await desk([entry(acme), entry(other, { id: CLIENT_ID })]);
    const byName = await mine.agent.decide(
      rest(mine.session, 'repos/get', 'repo.read', { owner: 'other', repo: 'private' }),
    );
    const repositoryId = byName.resolvedTarget?.repositoryId ?? '';
    const apps = mine.replica.server.app.get(GithubApps);
    const { app } = await apps.installationOfRepository('github.com', 'other', 'private');
    const { body } = await app.http.call('GET', '/repos/other/private', byName.lease?.token ?? '');
    const nodeId = (body as { node_id: string }).node_id;
    for (const target of [{ repositoryId }, { nodeId }]) {
      const found = await mine.agent.decide(rest(mine.session, 'repos/get', 'repo.read', target));
      expect(found).toMatchObject({ effect: EFFECT_ALLOW, resolvedTarget: { owner: 'other', repo: 'private' } });
      expect(await holderOf(found.lease)).toBe('other');
    }
  });

  it('of which one has a wrong key do not stop the other', async () => {
    const wrong = entry(acme, { key_file: file('wrong.pem', other.appKey) });
    const mine = await desk([wrong, entry(other, { id: CLIENT_ID })]);
    expect((await mine.agent.decide(pushTo(mine, 'other', 'private'))).effect).toBe(EFFECT_ALLOW);
    expect(await mine.agent.decide(pushTo(mine, 'acme', 'app'))).toMatchObject({
      reasonCodes: ['lease_unavailable'],
      message:
        "GitHub did not let the Holdshort App find its installation (status 401). The platform team must check the App's id and key.",
    });
  });

  it('reach their limits one by one', async () => {
    const mine = await desk([entry(acme, { organisations: ['acme'] }), entry(other, { id: CLIENT_ID })]);
    await setFault(acme, { match: '/access_tokens$', status: 429, headers: { 'retry-after': '40' } });
    expect((await mine.agent.decide(pushTo(mine, 'acme', 'app'))).reasonCodes).toEqual(['github_rate_limited']);
    expect((await mine.agent.decide(pushTo(mine, 'acme', 'payments'))).reasonCodes).toEqual(['github_rate_limited']);
    expect((await mine.agent.decide(pushTo(mine, 'other', 'private'))).effect).toBe(EFFECT_ALLOW);
  });

  describe('and one of them at a GitHub Enterprise Server', () => {
    let mine: Desk;
    beforeAll(async () => {
      mine = await desk([entry(acme), entry(ghes, { host: GHES, api_url: `${ghes.url}/api/v3` })], ENTERPRISE);
    });

    it('takes the calls to its host, and github.com has no part in them', async () => {
      const before = await lastRequest(acme);
      const there = await mine.agent.decide(pushTo(mine, 'acme', 'app', GHES));
      expect(there.effect).toBe(EFFECT_ALLOW);
      expect(await holderOf(there.lease)).toBe('ghes');
      expect(await pathsSince(acme, before)).toEqual([]);
      const here = await mine.agent.decide(pushTo(mine, 'acme', 'app'));
      expect(await holderOf(here.lease)).toBe('acme');
      expect(here.lease?.id).not.toBe(there.lease?.id);
    });

    it('resolves a node there, by the GraphQL address of a server', async () => {
      const { lease } = await mine.agent.decide(
        at(GHES, rest(mine.session, 'repos/get', 'repo.read', { owner: 'acme', repo: 'app' })),
      );
      const apps = mine.replica.server.app.get(GithubApps);
      const { app } = await apps.installationOfRepository(GHES, 'acme', 'app');
      const { body } = await app.http.call('GET', '/repos/acme/app', lease?.token ?? '');
      const nodeId = (body as { node_id: string }).node_id;
      const before = await lastRequest(ghes);
      const found = await mine.agent.decide(at(GHES, rest(mine.session, 'query/node', 'repo.read', { nodeId })));
      expect(found).toMatchObject({ effect: EFFECT_ALLOW, resolvedTarget: { owner: 'acme', repo: 'app' } });
      expect(await pathsSince(ghes, before)).toContain('/api/graphql');
    });

    it('is not meant by a policy that speaks of the namesake at github.com', async () => {
      await bringIntoForce(await signedIn(mine.replica, 'carol'), balancedWith(OTHERS));
      expect(await mine.agent.decide(pushTo(mine, 'acme', 'app', GHES))).toMatchObject({
        effect: EFFECT_DENY,
        reasonCodes: ['no_policy_permits'],
      });
      expect((await mine.agent.decide(pushTo(mine, 'acme', 'app'))).effect).toBe(EFFECT_ALLOW);
    });

    it('is the only other host: calls to one that has no App are refused', async () => {
      expect(await mine.agent.decide(pushTo(mine, 'acme', 'app', 'ghes.elsewhere.example'))).toMatchObject({
        effect: EFFECT_DENY,
        reasonCodes: ['lease_unavailable'],
        message: expect.stringContaining('No GitHub App of Holdshort is for ghes.elsewhere.example.') as string,
      });
    });

    it('never uses an installation of the other', async () => {
      const apps = mine.replica.server.app.get(GithubApps);
      const [first, second] = apps.all;
      const foreign = await apps.installationOfRepository(GHES, 'acme', 'app');
      expect(foreign.app).toBe(second);
      await expect(first?.mint(foreign, ['app'], { contents: 'read' })).rejects.toMatchObject({
        code: 'internal_error',
      });
      await expect(first?.revoke(foreign, 'ghs_x')).rejects.toMatchObject({ code: 'internal_error' });
    });
  });

  it('take back the tokens for facts, each its own, when the control plane stops', async () => {
    const valid = async (standin: StandinProcess): Promise<number> =>
      (await issuedTokens(standin)).filter(({ permissions, revoked }) => !revoked && permissions['contents'] === 'read')
        .length;
    const mine = await desk([entry(acme), entry(other, { id: CLIENT_ID })]);
    const before = await Promise.all([acme, other].map(valid));
    await mine.agent.decide(pushTo(mine, 'acme', 'app'));
    await mine.agent.decide(pushTo(mine, 'other', 'private'));
    expect(await Promise.all([acme, other].map(valid))).toEqual(before.map((count) => count + 1));
    await mine.replica.stop();
    expect(await Promise.all([acme, other].map(valid))).toEqual(before);
  });

  it('may have their key in AWS KMS: its signature is what GitHub takes', async () => {
    const arn = 'arn:aws:kms:eu-west-1:123456789012:key/1111-bbbb';
    const kms = await kmsSignStandin(new Map([[arn, createPrivateKey(acme.appKey)]]));
    process.env['AWS_ACCESS_KEY_ID'] = KMS_CREDENTIALS.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = KMS_CREDENTIALS.secretAccessKey;
    try {
      const settings = { githubAppKey: undefined, githubAppKmsKey: arn, githubAppKmsEndpoint: kms.url };
      const mine = await desk([], OTHERS, settings);
      const { effect, lease } = await mine.agent.decide(pushTo(mine, 'acme', 'app'));
      expect(effect).toBe(EFFECT_ALLOW);
      expect(await holderOf(lease)).toBe('acme');
      expect(kms.received).toHaveLength(1);
    } finally {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
      await kms.stop();
    }
  });
});
