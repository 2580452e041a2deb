import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import { agentV1 } from '@holdshort/contracts';
import { GithubApps } from '../credentials/github-apps.js';
import type { GithubHttp } from '../credentials/github-http.js';
import { DecisionEntity } from './decision.entity.js';
import { digestOf, push, rest, workflowPush } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn, type Person } from '../testing/people.js';
import { issuedTokens } from '../testing/standin-process.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_HOLD } = agentV1.Effect;
const appTarget = { owner: 'acme', repo: 'app' };

describe('decisions', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let alice: Person;
  let session: { id: string; credential: string };

  const open = async (person: Person, body: object = { assistant: 'copilot' }) =>
    (await person.post('/sessions', { ...body, agent_id: agent.id })).body as unknown as {
      id: string;
      credential: string;
    };

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    alice = await signedIn(replica, 'alice');
    session = await open(alice);
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const tokenOf = async (lease: agentV1.Lease | undefined) => {
    const sha256 = createHash('sha256')
      .update(lease?.token ?? '')
      .digest('hex');
    return (await issuedTokens(world.standin)).find((token) => token.sha256 === sha256);
  };
  const http = (): GithubHttp => {
    const [app] = replica.server.app.get(GithubApps).all;
    if (!app) throw new Error('there is no App');
    return app.http;
  };
  const github = (path: string, token: string) => http().call('GET', path, token);

  /** A pull request at the stand-in, made with leases as any client would; `topic` is one commit before or behind main. */
  const openPull = async (topic: string, direction: 'to main' | 'from main') => {
    const lease = async (action: string, target: object) =>
      (await agent.decide(rest(session.id, 'test/setup', action, { ...appTarget, ...target }))).lease?.token ?? '';
    const contents = await lease('ref.create', { ref: `refs/heads/${topic}` });
    const pulls = await lease('pull.open', {});
    const post = async (path: string, token: string, body: object) =>
      (await http().call('POST', `/repos/acme/app/${path}`, token, body)).body as { sha: string; number: number };
    const tip = (await github('/repos/acme/app/commits/main', contents)).body as {
      sha: string;
      commit: { tree: { sha: string } };
      parents: [{ sha: string }];
    };
    const ahead = await post('git/commits', contents, {
      message: topic,
      tree: tip.commit.tree.sha,
      parents: [tip.sha],
    });
    const sha = direction === 'to main' ? ahead.sha : tip.parents[0].sha;
    await post('git/refs', contents, { ref: `refs/heads/${topic}`, sha });
    const [head, base] = direction === 'to main' ? [topic, 'main'] : ['main', topic];
    const { number } = await post('pulls', pulls, { title: topic, head, base });
    const retarget = (to: string) =>
      request(`${world.standin.url}/api/v3/repos/acme/app/pulls/${String(number)}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${pulls}` },
        body: JSON.stringify({ base: to }),
        dispatcher: new Agent({ connect: { ca: world.standin.ca } }),
      });
    return { number, retarget };
  };

  it('resolves the session by the hash of its credential, for its agent only', async () => {
    const hash = digestOf(session.credential);
    expect(session.credential).toMatch(/^ghu_holdshort_[0-9A-Za-z]{40}$/);
    const { session: resolved } = await agent.resolve(hash);
    expect(resolved).toMatchObject({
      id: session.id,
      assistant: 'copilot',
      isHuman: false,
      human: { login: 'alice', groups: ['eng'] },
    });
    const other = await TestAgent.enrolled(replica);
    await expect(other.resolve(hash)).rejects.toThrow('The session is not known.');
    expect(await other.decide(rest(session.id, 'repos/get', 'repo.read', appTarget))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['session_unknown'],
    });
    other.close();
  });

  it('allows a read with a lease for one repository, cacheable, and hands the same lease out again', async () => {
    const first = await agent.decide(rest(session.id, 'repos/get', 'repo.read', appTarget));
    expect(first).toMatchObject({
      effect: EFFECT_ALLOW,
      reasonCodes: ['policy_permits'],
      resolvedTarget: { owner: 'acme', repo: 'app' },
    });
    expect(first.cacheableSeconds).toBeGreaterThan(0);
    expect(first.policyVersion).toMatch(/^sha256:[0-9a-f]{12}$/);
    expect(first.lease).toMatchObject({
      repositories: ['acme/app'],
      permissions: { contents: 'read', metadata: 'read' },
    });
    expect(await tokenOf(first.lease)).toMatchObject({
      permissions: { contents: 'read', metadata: 'read' },
      revoked: false,
    });
    const second = await agent.decide(rest(session.id, 'repos/get', 'repo.read', appTarget));
    expect(second.lease?.id).toBe(first.lease?.id);
  });

  it('gives a push a token that names one repository and contents: write, never cacheable', async () => {
    const answer = await agent.decide(push(session.id, 'refs/heads/topic'));
    expect(answer).toMatchObject({ effect: EFFECT_ALLOW, cacheableSeconds: 0, lease: { repositories: ['acme/app'] } });
    expect(answer.lease?.permissions).toEqual({ contents: 'write', metadata: 'read' });
    const issued = await tokenOf(answer.lease);
    expect(issued?.permissions).toEqual({ contents: 'write', metadata: 'read' });
    expect(issued?.repositories).toHaveLength(1);
    expect(String(issued?.repositories[0])).toContain('app');
  });

  it.each([
    ['a push to the default branch', () => push(session.id, 'refs/heads/main', { kind: 'update' })],
    ['a forced push', () => push(session.id, 'refs/heads/topic', { kind: 'force' })],
    ['a deletion', () => push(session.id, 'refs/heads/topic', { kind: 'delete' })],
    [
      'a contents write without a branch',
      () => rest(session.id, 'repos/create-or-update-file-contents', 'ref.update', appTarget),
    ],
    ['administration', () => rest(session.id, 'repos/update', 'repo.admin', appTarget)],
  ])('refuses %s, without a lease', async (_, call) => {
    const answer = await agent.decide(call());
    expect(answer.effect).toBe(EFFECT_DENY);
    expect(answer.lease).toBeUndefined();
    expect(answer.message).not.toBe('');
  });

  it.each([
    ['an unknown session', () => push('ses_nobody', 'refs/heads/x'), 'session_unknown'],
    [
      'a repository that does not exist',
      () => push(session.id, 'refs/heads/x', { repo: 'nothing' }),
      'lease_unavailable',
    ],
    [
      'an organisation without the App',
      () => rest(session.id, 'repos/get', 'repo.read', { owner: 'other', repo: 'private' }),
      'lease_unavailable',
    ],
    [
      'an unknown repository id',
      () => rest(session.id, 'repos/get', 'repo.read', { repositoryId: '999999999' }),
      'target_unresolved',
    ],
    [
      'a repository without an owner',
      () => rest(session.id, 'repos/get', 'repo.read', { repo: 'app' }),
      'target_unresolved',
    ],
    ['an unknown intent', () => rest(session.id, 'repos/get', 'repo.explode', appTarget), 'operation_unknown'],
    ['a push without refs', () => ({ ...push(session.id, 'refs/heads/x'), push: undefined }), 'push_unreadable'],
    ['no operation', () => ({ sessionId: session.id }), 'request_malformed'],
  ])('refuses %s with a reason', async (_, call, reason) => {
    expect(await agent.decide(call())).toMatchObject({ effect: EFFECT_DENY, reasonCodes: [reason] });
  });

  it('refuses a push whose refs are not the intents that were classified', async () => {
    const call = push(session.id, 'refs/heads/topic');
    const smuggled = {
      ...call,
      push: { ...call.push, refs: [...(call.push?.refs ?? []), { ref: 'refs/heads/main', kind: 'update' }] },
    };
    expect(await agent.decide(smuggled)).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['request_malformed'] });
  });

  it('resolves a repository by its number', async () => {
    const byName = await agent.decide(rest(session.id, 'repos/get', 'repo.read', appTarget));
    const repositoryId = byName.resolvedTarget?.repositoryId ?? '';
    const byId = await agent.decide(rest(session.id, 'repos/get', 'repo.read', { repositoryId }));
    expect(byId).toMatchObject({ effect: EFFECT_ALLOW, resolvedTarget: { owner: 'acme', repo: 'app' } });
  });

  it('resolves a GraphQL node id by asking GitHub, with the ref that it stands for', async () => {
    const { lease } = await agent.decide(rest(session.id, 'repos/get', 'repo.read', appTarget));
    const { body } = await github('/repos/acme/app', lease?.token ?? '');
    const { node_id: nodeId } = body as { node_id: string };
    const known = await agent.decide(rest(session.id, 'query/node', 'repo.read', { nodeId }));
    expect(known).toMatchObject({ effect: EFFECT_ALLOW, resolvedTarget: { owner: 'acme', repo: 'app', nodeId } });
    expect(known.lease?.repositories).toEqual(['acme/app']);
    const unknown = await agent.decide(rest(session.id, 'query/node', 'repo.read', { nodeId: 'R_kgDOAAAAAA' }));
    expect(unknown).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['target_unresolved'] });
  });

  it('judges a merge by the base of its pull request as it is now, and an update of its branch by the head', async () => {
    const pull = await openPull('topic-pull', 'to main');
    const backwards = await openPull('topic-back', 'from main');
    const merge = {
      ...rest(session.id, 'pulls/merge', 'pull.merge', { ...appTarget, number: pull.number }),
      dryRun: true,
    };
    const first = await agent.decide(merge);
    expect(first).toMatchObject({ effect: EFFECT_HOLD, resolvedTarget: { ref: 'refs/heads/main' } });
    await pull.retarget('topic-back');
    expect((await agent.decide(merge)).resolvedTarget).toMatchObject({ ref: 'refs/heads/topic-back' });

    const update = (number: number, ref = `refs/pull/${String(number)}/head`) =>
      agent.decide(rest(session.id, 'pulls/update-branch', 'ref.update', { ...appTarget, number, ref }));
    expect(await update(pull.number)).toMatchObject({
      effect: EFFECT_ALLOW,
      resolvedTarget: { ref: 'refs/heads/topic-pull' },
    });
    expect(await update(backwards.number)).toMatchObject({
      effect: EFFECT_DENY,
      determiningPolicies: ['deny-assistant-protected'],
      resolvedTarget: { ref: 'refs/heads/main' },
    });
    expect(await update(4711)).toMatchObject({ effect: EFFECT_DENY, reasonCodes: ['target_unresolved'] });
  });

  it('issues nothing and stores no hold for a dry run', async () => {
    const human = await open(alice, { human: true });
    const before = (await issuedTokens(world.standin)).length;
    expect(await agent.decide({ ...push(human.id, 'refs/heads/dry'), dryRun: true })).toMatchObject({
      effect: EFFECT_ALLOW,
    });
    const held = await agent.decide({ ...workflowPush(session.id, digestOf('dry')), dryRun: true });
    expect(held).toMatchObject({ effect: EFFECT_HOLD, hold: { approvalId: '' } });
    expect((await issuedTokens(world.standin)).length).toBe(before);
    expect((await alice.get('/approvals')).body['items']).toEqual([]);
  });

  it('keeps each decision, with its reasons and without any token', async () => {
    const answer = await agent.decide(push(session.id, 'refs/heads/kept\u0000name'));
    const rows = replica.parts.database.getRepository(DecisionEntity);
    const row = await eventually(() => rows.findOneBy({ id: answer.decisionId }));
    expect(row).toMatchObject({
      sessionId: session.id,
      operation: 'git/receive-pack',
      target: 'acme/app',
      agentId: agent.id,
    });
    expect(JSON.stringify(await rows.find())).not.toMatch(/ghs_|ghu_/);
  });

  it('ends every lease of a session when the session ends: GitHub refuses the token, and the agent is told', async () => {
    const ending = await open(alice);
    const watch = agent.watch();
    await eventually(() => watch.all[0]?.ready);
    const { lease } = await agent.decide(push(ending.id, 'refs/heads/last'));
    expect((await github('/repos/acme/app', lease?.token ?? '')).status).toBe(200);
    expect((await alice.call('DELETE', `/sessions/${ending.id}`)).status).toBe(200);
    await eventually(() => watch.all.some((message) => message.sessionRevoked?.sessionId === ending.id));
    await eventually(() => watch.all.some((message) => message.leaseRevoked?.leaseId === lease?.id));
    expect((await github('/repos/acme/app', lease?.token ?? '')).status).toBe(401);
    expect(await agent.decide(push(ending.id, 'refs/heads/after'))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['session_ended'],
    });
    await expect(agent.resolve(digestOf(ending.credential))).rejects.toThrow('The session is closed or expired.');
    const types = await eventually(() => {
      const mine = replica.audit.events.filter((event) => event.session_id === ending.id).map((event) => event.type);
      return mine.includes('lease.revoked') && mine;
    });
    expect(types).toEqual(['session.opened', 'lease.issued', 'session.closed', 'lease.revoked']);
    watch.cancel();
  });

  it('revokes at the replica that holds the token when the session ends at another', async () => {
    const second = await world.replica(replica.parts.settings.databaseUrl);
    const ending = await open(alice);
    const { lease } = await agent.decide(push(ending.id, 'refs/heads/two'));
    const there = await signedIn(second, 'alice');
    await there.call('DELETE', `/sessions/${ending.id}`);
    await eventually(async () => (await github('/repos/acme/app', lease?.token ?? '')).status === 401);
    await second.stop();
  });

  it('refuses a session that is over its time, and ends it', async () => {
    const short = await open(alice);
    world.clockOffsetMs = 13 * 3_600_000;
    try {
      expect(await agent.decide(push(short.id, 'refs/heads/x'))).toMatchObject({
        effect: EFFECT_DENY,
        reasonCodes: ['session_ended'],
      });
      await eventually(() =>
        replica.audit.events.find((event) => event.session_id === short.id && event.type === 'session.closed'),
      );
    } finally {
      world.clockOffsetMs = 0;
    }
    session = await open(alice);
  });

  it('refuses when GitHub gives no answer, when the policy is gone, and when nothing can be recorded', async () => {
    const deaf = await world.replica(await world.newDatabase(), { githubApiUrl: 'https://127.0.0.1:1' });
    const itsAgent = await TestAgent.enrolled(deaf);
    const person = await signedIn(deaf, 'alice');
    const mine = (await person.post('/sessions', { assistant: 'copilot' })).body as unknown as { id: string };
    expect(await itsAgent.decide(push(mine.id, 'refs/heads/x'))).toMatchObject({
      effect: EFFECT_DENY,
      reasonCodes: ['upstream_unreachable'],
    });
    await deaf.parts.database.query('UPDATE holdshort.policy_versions SET active = false');
    await deaf.parts.database.query(
      `SELECT pg_notify('holdshort_signals', '{"kind":"policy_activated","version":"none"}')`,
    );
    const answer = await eventually(async () => {
      const decided = await itsAgent.decide(rest(mine.id, 'meta/root', 'account.read', { account: true }));
      return decided.reasonCodes[0] === 'policy_error' && decided;
    });
    expect(answer.effect).toBe(EFFECT_DENY);
    await deaf.parts.trail.close();
    expect((await person.post('/sessions', { assistant: 'copilot' })).status).toBe(503);
    itsAgent.close();
    await deaf.stop();
  });

  it('answers every question when the database is gone, and answers well when it is back', async () => {
    const last = await open(alice);
    await world.postgres.kill('SIGKILL');
    const answers = await Promise.all([1, 2, 3].map((n) => agent.decide(push(last.id, `refs/heads/gone${String(n)}`))));
    expect(answers.map((answer) => answer.effect)).toEqual([EFFECT_DENY, EFFECT_DENY, EFFECT_DENY]);
    expect(JSON.stringify(answers)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    await world.postgres.restart();
    await eventually(
      async () => (await agent.decide(push(last.id, 'refs/heads/back'))).effect === EFFECT_ALLOW,
      20_000,
    );
  });
});
