import { agentV1 } from '@holdshort/contracts';
import { push, rest } from '../testing/calls.js';
import { signedIn } from '../testing/people.js';
import { clearFaults, lastRequest, requestsSince, setFault } from '../testing/standin-control.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const { EFFECT_ALLOW, EFFECT_DENY } = agentV1.Effect;
const appTarget = { owner: 'acme', repo: 'app' };
const MINT = '^POST .*/access_tokens';
/** Past the limits of 50 s below; further ahead GitHub would no longer take the App's token. */
const MOVED_MS = 52_000;
const NO_PERMISSION = {
  message: 'Resource not accessible by integration',
  documentation_url: 'https://docs.github.com/rest',
};
const SLOW_DOWN = {
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  documentation_url: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api',
};

// Contract: at a limit of GitHub the engineer reads which and until when, and GitHub hears nothing more until then.
describe('decisions while GitHub limits the App', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let sessionId: string;
  let asked = 0;

  /** A decision that needs a token which no earlier one has left. */
  const anew = async (to = replica) => {
    const person = await signedIn(to, 'alice');
    const opened = await person.post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    const session = (opened.body as unknown as { id: string }).id;
    return agent.at(to).decide(push(session, `refs/heads/limit-${String(++asked)}`));
  };

  beforeAll(async () => {
    world = await TestWorld.start();
  });
  beforeEach(async () => {
    world.clockOffsetMs = 0;
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    const alice = await signedIn(replica, 'alice');
    const { body } = await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id });
    sessionId = (body as unknown as { id: string }).id;
  });
  afterEach(async () => {
    agent.close();
    await clearFaults(world.standin);
    await replica.stop();
  });
  afterAll(() => world.stop());

  it('names the secondary limit and its end, asks GitHub nothing until then, and goes on after it', async () => {
    await anew();
    await setFault(world.standin, { match: MINT, status: 403, headers: { 'retry-after': '50' }, body: SLOW_DOWN });
    const refused = await anew();
    expect(refused).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['github_rate_limited'] });
    expect(refused.message).toMatch(
      /^GitHub asks the Holdshort App to slow down \(secondary rate limit\)\. It will pass again at [-0-9]+T[:0-9]+Z, in a minute\. Nothing is wrong with the call: repeat it after /,
    );
    const before = await lastRequest(world.standin);
    const answers = await Promise.all(Array.from({ length: 10 }, () => anew()));
    expect(new Set(answers.map(({ reasonCodes }) => reasonCodes.join()))).toEqual(new Set(['github_rate_limited']));
    expect(await requestsSince(world.standin, before)).toEqual([]);
    world.clockOffsetMs = MOVED_MS;
    expect((await anew()).effect).toBe(EFFECT_ALLOW);
  });

  it('keeps the hour of an installation apart from that of the App', async () => {
    await setFault(world.standin, {
      match: '^GET /api/v3/repos/acme/app$|^GET /repos/acme/app$',
      status: 429,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 50),
        'x-ratelimit-resource': 'core',
      },
      body: { message: 'API rate limit exceeded for installation ID 7.' },
    });
    const refused = await anew();
    expect(refused).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['github_rate_limited'] });
    expect(refused.message).toContain(
      "GitHub's hourly limit on calls of the Holdshort App on acme is used up (primary rate limit, core).",
    );
    const before = await lastRequest(world.standin);
    const payments = await agent.decide(push(sessionId, 'refs/heads/x', { repo: 'payments' }));
    expect(payments.reasonCodes).toEqual(['github_rate_limited']);
    // the App's own calls have a count of their own: it found the installation and minted, then asked no more
    const seen = (await requestsSince(world.standin, before)).map(({ method, path }) => `${method} ${path}`);
    expect(seen.filter((line) => !line.includes('/installation'))).toEqual([]);
    world.clockOffsetMs = MOVED_MS;
    expect((await anew()).effect).toBe(EFFECT_ALLOW);
  });

  it('stops after the last call of the hour, before GitHub refuses one', async () => {
    await setFault(world.standin, {
      match: '^GET .*/installation$',
      status: 404,
      headers: {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 600),
      },
    });
    const first = await agent.decide(rest(sessionId, 'repos/get', 'repo.read', appTarget));
    expect(first.reasonCodes).toEqual(['lease_unavailable']);
    const before = await lastRequest(world.standin);
    const second = await agent.decide(rest(sessionId, 'repos/get', 'repo.read', appTarget));
    expect(second).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['github_rate_limited'] });
    expect(await requestsSince(world.standin, before)).toEqual([]);
  });

  it('does not take a missing permission or a missing installation for a limit', async () => {
    await setFault(world.standin, { match: MINT, status: 403, body: NO_PERMISSION, times: 2 });
    expect(await anew()).toMatchObject({ reasonCodes: ['lease_unavailable'] });
    const elsewhere = rest(sessionId, 'repos/get', 'repo.read', { owner: 'other', repo: 'private' });
    expect(await agent.decide(elsewhere)).toMatchObject({ reasonCodes: ['lease_unavailable'] });
    await clearFaults(world.standin);
    expect((await anew()).effect).toBe(EFFECT_ALLOW);
  });

  it('is learned by each replica for itself', async () => {
    const second = await world.replica(replica.parts.settings.databaseUrl);
    await setFault(world.standin, {
      match: MINT,
      status: 429,
      headers: { 'retry-after': '60' },
      body: SLOW_DOWN,
      times: 2,
    });
    expect((await anew()).reasonCodes).toEqual(['github_rate_limited']);
    expect((await anew(second)).reasonCodes).toEqual(['github_rate_limited']);
    const before = await lastRequest(world.standin);
    expect((await anew()).reasonCodes).toEqual(['github_rate_limited']);
    expect((await anew(second)).reasonCodes).toEqual(['github_rate_limited']);
    expect(await requestsSince(world.standin, before)).toEqual([]);
    await second.stop();
  });
});
