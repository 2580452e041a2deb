import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentV1 } from '@holdshort/contracts';
import { BALANCED } from '@holdshort/policy';
import { activatePolicy } from '../testing/activate-policy.js';
import { push } from '../testing/calls.js';
import { signedIn, type Person } from '../testing/people.js';
import { consentAs } from '../testing/standin-control.js';
import { issuedTokens, startStandin, type StandinProcess } from '../testing/standin-process.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const GHES = 'ghes.corp.example';

// Contract: an account is linked for one App at one GitHub, and stands for the engineer there and nowhere else.
describe('accounts at two GitHubs', () => {
  let world: TestWorld;
  let ghes: StandinProcess;
  let replica: Replica;
  let agent: TestAgent;
  let alice: Person;
  let session: string;
  beforeAll(async () => {
    world = await TestWorld.start();
    mkdirSync(join(world.dir, 'ghes'));
    ghes = await startStandin(join(world.dir, 'ghes'));
    const apps = JSON.stringify([
      entry(world.standin, { id: Number(world.standin.appId), client_id: world.standin.clientId }),
      entry(ghes, {}),
    ]);
    const single = { githubAppId: undefined, githubAppKey: undefined, githubClientId: undefined };
    const settings = { ...single, githubClientSecret: undefined, githubWebUrl: undefined, githubApps: apps };
    replica = await world.replica(await world.newDatabase(), settings);
    agent = await TestAgent.enrolled(replica);
    alice = await signedIn(replica, 'alice');
    await activatePolicy(replica, {
      access: `${BALANCED.access}\n@id("ghes") permit (principal, action, resource in Holdshort::Org::"${GHES}/acme");`,
      obligations: `${BALANCED.obligations}\n@id("as") @obligation("lease_kind") @kind("user")
        permit (principal, action in Holdshort::Action::"write", resource);`,
    });
    session = String((await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id })).body['id']);
  });
  afterAll(async () => {
    agent.close();
    await ghes.stop();
    await world.stop();
  });

  const file = (name: string, text: string): string => {
    writeFileSync(join(world.dir, name), text, { mode: 0o600 });
    return join(world.dir, name);
  };
  /** Both stand-ins have one and the same App, which goes by its number at one and by its client id at the other. */
  const entry = (standin: StandinProcess, changes: object) => ({
    ...{ id: standin.clientId, api_url: standin.url, web_url: standin.url },
    ...(standin === ghes ? { host: GHES } : {}),
    ca_file: file(`ca-${standin.url.slice(-5)}`, standin.ca),
    key_file: file(`key-${standin.url.slice(-5)}`, standin.appKey),
    client_secret_file: file(`secret-${standin.url.slice(-5)}`, standin.clientSecret),
    ...changes,
  });
  const link = async (standin: StandinProcess, place: object) => {
    await consentAs(standin, 'alice');
    const begun = await alice.post('/github/links/device', place);
    if (begun.status !== 200) return begun;
    return alice.post('/github/links/device/token', { handle: begun.body['handle'] });
  };
  const pushAtGhes = () => {
    const request = push(session, 'refs/heads/topic/ghes');
    return agent.decide({ ...request, operation: { ...request.operation, host: GHES } });
  };

  it('are told apart: the next step and the link name the App', async () => {
    expect(await link(world.standin, {})).toMatchObject({
      status: 400,
      body: {
        detail: 'There are several GitHub Apps; say which one.',
        advice: `Use \`holdshort github link --app ${world.standin.appId}\` or \`holdshort github link --host ${GHES} --app ${ghes.clientId}\`.`,
      },
    });
    expect(await link(ghes, { host: 'elsewhere.example' })).toMatchObject({ status: 404 });
  });

  it('stand for the engineer at their own GitHub alone', async () => {
    expect(await link(ghes, { host: GHES })).toMatchObject({ status: 200, body: { host: GHES } });
    const { lease } = await pushAtGhes();
    expect(lease).toMatchObject({ kind: 'user' });
    const mine = (standin: StandinProcess) =>
      issuedTokens(standin).then((all) => all.filter(({ kind, user }) => kind === 'scoped' && user === 'alice'));
    expect(await mine(ghes)).toHaveLength(1);
    expect(await mine(world.standin)).toEqual([]);

    const refused = await agent.decide(push(session, 'refs/heads/topic/com'));
    expect(refused).toMatchObject({ effect: agentV1.Effect.EFFECT_DENY, reasonCodes: ['github_link_missing'] });
    expect(refused.message).toContain(`alice must run \`holdshort github link --app ${world.standin.appId}\` once`);
  });
});
