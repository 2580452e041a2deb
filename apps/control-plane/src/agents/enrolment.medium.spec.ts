import { createCertificateRequest, issueLeaf } from '@holdshort/tls';
import { X509Certificate } from 'node:crypto';
import { eventually } from '../testing/eventually.js';
import { anonymous, launcher, signedIn } from '../testing/people.js';
import { enrol, joinToken, TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

describe('enrolment', () => {
  let world: TestWorld;
  let replica: Replica;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
  });
  afterAll(() => world.stop());

  const ofType = (type: string) => replica.audit.events.filter((event) => event.type === type);

  /** An event reaches the publisher a moment after the answer. */
  async function expectRecorded(type: string, like: Record<string, unknown>): Promise<void> {
    const expected = expect.objectContaining(like) as { asymmetricMatch(event: unknown): boolean };
    // where it does not come, the expectation says what came instead
    await eventually(() => ofType(type).some((event) => expected.asymmetricMatch(event))).catch(() => undefined);
    expect(ofType(type)).toContainEqual(expected);
  }

  it('gives an agent a certificate that names it, and records it', async () => {
    const token = await joinToken(replica, 'alice-laptop');
    const { agentId, response, keys } = await enrol(token.grpc, token.ca, token);
    expect(agentId).toMatch(/^agt_[0-9A-Za-z]{22}$/);
    expect(response.workspace).toBe('alice-laptop');
    const certificate = new X509Certificate(keys.cert);
    expect(certificate.subjectAltName).toBe(`URI:spiffe://holdshort/default/agent/${agentId}`);
    expect(certificate.subject).toBe(`CN=${agentId}`);
    const hours = (certificate.validToDate.getTime() - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    const carol = await signedIn(replica, 'carol');
    const { body } = await carol.get('/agents');
    expect(body['items']).toContainEqual(
      expect.objectContaining({ id: agentId, workspace: 'alice-laptop', host: 'test-host' }),
    );
  });

  it('takes a join token once, also from two that come at once', async () => {
    const token = await joinToken(replica);
    const results = await Promise.allSettled([1, 2, 3].map(() => enrol(token.grpc, token.ca, token)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    const refused = results.find((result) => result.status === 'rejected');
    expect(String(refused?.reason)).toContain('The join token is used, expired or unknown.');
    await expect(enrol(token.grpc, token.ca, token)).rejects.toThrow('The join token is used, expired or unknown.');
    await expectRecorded('agent.enrolment_refused', {
      outcome: 'refused',
      error: { code: 'not_authorized', message: 'The join token is used, expired or unknown.' },
      detail: { join_token: expect.stringMatching(/^jt_/), host: 'test-host' },
    });
  });

  it('refuses a join token after 15 minutes', async () => {
    const token = await joinToken(replica);
    world.clockOffsetMs = 16 * 60_000;
    try {
      await expect(enrol(token.grpc, token.ca, token)).rejects.toThrow('used, expired or unknown');
    } finally {
      world.clockOffsetMs = 0;
    }
  });

  it('lets a join certificate enrol and nothing else, and an agent all but enrol', async () => {
    const token = await joinToken(replica);
    const agent = await TestAgent.enrolled(replica);
    const { request } = await createCertificateRequest('x');
    await expect(agent.enrolAgain(request)).rejects.toThrow('This certificate may not make this call.');
    const bootstrap = TestAgent.withKeys('none', token, replica);
    await expect(bootstrap.resolve('0'.repeat(64))).rejects.toThrow('This certificate may not make this call.');
    await expect(bootstrap.renew(request)).rejects.toThrow('This certificate may not make this call.');
    expect(String(await bootstrap.watch().end)).toContain('This certificate may not make this call.');
    await expectRecorded('access.refused', {
      error: { code: 'not_authorized', message: 'This certificate may not make this call.' },
      detail: { route: 'holdshort.agent.v1.EnrolmentService/Enrol', agent_id: agent.id },
    });
    bootstrap.close();
    agent.close();
  });

  it('refuses an agent that was never enrolled, another tenant, and a second name in the certificate', async () => {
    const { agentCaCertificate: certificate, agentCaKey: privateKey } = replica.parts.settings;
    const authority = { certificate, privateKey, chain: [] };
    const forged = (names: string[]) =>
      issueLeaf(authority, { commonName: 'x', names, usage: ['client'], seconds: 600 });
    const refusalOf = async (names: string[]): Promise<string> => {
      const leaf = await forged(names);
      const agent = TestAgent.withKeys('x', { cert: leaf.certificate, key: leaf.privateKey }, replica);
      const error: unknown = await agent.resolve('0'.repeat(64)).catch((thrown: unknown) => thrown);
      agent.close();
      return String(error);
    };
    expect(await refusalOf(['spiffe://holdshort/default/agent/agt_ghost'])).toContain(
      'The agent is unknown or revoked.',
    );
    expect(await refusalOf(['spiffe://holdshort/other/agent/agt_ghost'])).toContain(
      'names no agent of this installation',
    );
    const { id } = await TestAgent.enrolled(replica);
    const twice = [`spiffe://holdshort/default/agent/${id}`, 'spiffe://holdshort/default/agent/agt_two'];
    expect(await refusalOf(twice)).toContain('names no agent of this installation');
    expect(await refusalOf(['spiffe://holdshort/default/service/control-plane'])).toContain(
      'names no agent of this installation',
    );
  });

  it('renews a certificate for the agent that asks, whatever the request says', async () => {
    const agent = await TestAgent.enrolled(replica);
    const { request } = await createCertificateRequest('agt_somebody_else');
    const renewed = await agent.renew(request);
    const certificate = new X509Certificate(renewed.certificateChain[0] ?? Buffer.alloc(0));
    expect(certificate.subjectAltName).toBe(`URI:spiffe://holdshort/default/agent/${agent.id}`);
    await expectRecorded('agent.renewed', { outcome: 'success', detail: { agent_id: agent.id } });
    agent.close();
  });

  it('refuses a request that does not prove its key', async () => {
    const agent = await TestAgent.enrolled(replica);
    const { request } = await createCertificateRequest('x');
    const broken = Buffer.from(request);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    await expect(agent.renew(broken)).rejects.toThrow('The certificate request cannot be used.');
    agent.close();
  });

  it('makes join tokens for administrators and the launcher only', async () => {
    const body = { workspace: 'w' };
    expect((await anonymous(replica).post('/agents/join-tokens', body)).status).toBe(401);
    expect((await (await signedIn(replica, 'alice')).post('/agents/join-tokens', body)).status).toBe(403);
    expect((await (await signedIn(replica, 'carol')).post('/agents/join-tokens', body)).status).toBe(201);
    expect((await launcher(replica).post('/agents/join-tokens', body)).status).toBe(201);
    const made = { workspace: 'w', join_token: expect.stringMatching(/^jt_/) };
    await expectRecorded('agent.join_token_created', {
      human: expect.objectContaining({ login: 'carol' }),
      detail: { ...made, by_launcher: false },
    });
    await expectRecorded('agent.join_token_created', { detail: { ...made, by_launcher: true } });
    const byLauncher = ofType('agent.join_token_created').filter(({ detail }) => detail?.['by_launcher'] === true);
    for (const event of byLauncher) expect(event).not.toHaveProperty('human');
    await expectRecorded('access.refused', {
      human: expect.objectContaining({ login: 'alice' }),
      outcome: 'refused',
      detail: { route: 'POST /api/v1/agents/join-tokens' },
    });
    expect((await launcher(replica).get('/agents')).status).toBe(401);
    expect((await launcher(replica).post('/sessions')).status).toBe(401);
  });
});
