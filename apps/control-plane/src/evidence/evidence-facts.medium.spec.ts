import { EvidenceFactsService } from './evidence-facts.service.js';
import type { EvidenceJob } from './evidence-job.js';
import { push } from '../testing/calls.js';
import { eventually } from '../testing/eventually.js';
import { signedIn } from '../testing/people.js';
import { TestAgent } from '../testing/test-agent.js';
import { TestWorld, type Replica } from '../testing/test-world.js';

describe('evidence rests on a decision', () => {
  let world: TestWorld;
  let replica: Replica;
  let agent: TestAgent;
  let job: EvidenceJob;

  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
    agent = await TestAgent.enrolled(replica);
    const alice = await signedIn(replica, 'alice');
    const session = (await alice.post('/sessions', { assistant: 'copilot', agent_id: agent.id })).body as {
      id: string;
    };
    const call = push(session.id, 'refs/heads/topic');
    await agent.decide(call);
    job = {
      ...{ id: 'evd_1', kind: 'commit', eventId: 'e', attempts: 1, createdAt: new Date() },
      ...{ subject: call.push?.refs?.[0]?.newId ?? '', ref: 'refs/heads/topic', approvalId: undefined },
      ...{ agentId: agent.id, sessionId: session.id, correlationId: call.correlationId ?? '' },
    };
  });
  afterAll(async () => {
    agent.close();
    await world.stop();
  });

  const of = (changes: Partial<EvidenceJob> = {}) =>
    replica.server.app.get(EvidenceFactsService).of({ ...job, ...changes });

  it('has names and repository from the control plane’s own record', async () => {
    // decisions are stored a moment after they are made
    await eventually(() =>
      of().then(
        () => true,
        () => false,
      ),
    );
    expect(await of()).toMatchObject({
      ...{ site: 'github.com', owner: 'acme', name: 'app', assistant: 'copilot', approvers: [] },
      human: { login: 'alice' },
    });
  });

  it.each([
    ['another commit than the decision was about', { subject: 'f'.repeat(40) }],
    ['another session', { sessionId: 'ses_other' }],
    ['another agent', { agentId: 'agt_other' }],
    ['a call that nobody asked about', { correlationId: 'cor_other' }],
  ])('says nothing of %s', async (_, changes) => {
    await expect(of(changes)).rejects.toThrow('No decision of the control plane allowed what the event tells of.');
  });
});
