import { agentV1 } from '@holdshort/contracts';
import { gravestClass, type IntentAction, type Operation } from '@holdshort/github-operations';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Session } from '../session/session-registry.js';
import { decide } from './decide.js';
import { DecisionCache } from './decision-cache.js';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = agentV1.Effect;
const operation = (action: IntentAction, more: Partial<Operation> = {}): Operation => {
  const intents = [{ action, target: { account: true } }];
  return {
    ...{ surface: 'copilot', id: `copilot/${action}`, class: gravestClass(intents), intents },
    ...{ method: 'POST', path: '/chat/completions', host: 'api.githubcopilot.com' },
    ...more,
  };
};
const MODEL = operation('model.call');

describe('decide', () => {
  let asked: number;
  let cache: DecisionCache;
  let answer: Partial<agentV1.DecideResponse>;
  let silentFor: number;
  let connected: boolean;
  let now: number;

  beforeEach(() => {
    [asked, silentFor, connected, now] = [0, 0, true, 0];
    cache = new DecisionCache(() => now);
    answer = { effect: EFFECT_ALLOW, cacheableSeconds: 60, policyVersion: 'v1' };
    cache.policyActivated('v1');
  });

  const ask = (of: Operation, more: { session?: string; dryRun?: boolean } = {}) => {
    const agent = {
      control: {
        connected,
        silentFor: () => silentFor,
        decide: () => {
          asked += 1;
          return Promise.resolve(agentV1.DecideResponse.fromPartial(answer));
        },
      },
      settings: { offlineReads: 'deny' },
      decisions: cache,
      tracing: { run: (_name: string, _options: object, work: (span: object) => unknown) => work({}) },
      metrics: { decided: () => undefined },
      logger: { debug: () => undefined },
    } as unknown as AgentContext;
    const session = { id: more.session ?? 'ses_1' } as Session;
    return decide(agent, { session, operation: of, correlationId: 'cor_1', dryRun: more.dryRun ?? false });
  };

  it('is asked once for the same read or model, by each session and of each host', async () => {
    for (const call of [MODEL, operation('metadata.read')]) {
      asked = 0;
      await ask(call);
      await ask(call);
      expect(asked).toBe(1);
      await ask(call, { session: 'ses_2' });
      await ask({ ...call, host: 'api.business.githubcopilot.com' });
      expect(asked).toBe(3);
    }
  });

  it('is asked once for many at the same moment, and by each where the answer may not serve again', async () => {
    const many = () => Promise.all(Array.from({ length: 5 }, () => ask(MODEL)));
    await many();
    expect(asked).toBe(1);
    cache.clear();
    answer = { ...answer, cacheableSeconds: 0 };
    await many();
    expect(asked).toBe(6);
  });

  it('lets all at the same moment fail together, and is asked again after', async () => {
    answer = { ...answer, effect: EFFECT_UNSPECIFIED };
    const ended = await Promise.allSettled(Array.from({ length: 3 }, () => ask(MODEL)));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(asked).toBe(1);
    answer = { ...answer, effect: EFFECT_ALLOW };
    await ask(MODEL);
    expect(asked).toBe(2);
  });

  it.each([
    ['something that changes something', operation('workflow.run')],
    ['a model and something else', { ...MODEL, intents: [...MODEL.intents, ...operation('issue.write').intents] }],
  ])('is asked each time for %s, whatever the answer says', async (_what, call) => {
    await ask(call);
    await ask(call);
    expect(asked).toBe(2);
  });

  it('is asked ahead for a model in use, so that nobody waits: once, and never for a read', async () => {
    const read = operation('metadata.read');
    await ask(MODEL);
    await ask(read);
    now = 29_999;
    await ask(MODEL);
    expect(asked).toBe(2);
    now = 30_000;
    answer = { ...answer, decisionId: 'dec_ahead' };
    const served = await Promise.all([ask(MODEL), ask(MODEL), ask(read)]);
    expect(served.map(({ decisionId }) => decisionId)).toEqual(['', '', '']);
    expect(asked).toBe(3);
    now = 89_999;
    expect(await ask(MODEL)).toMatchObject({ decisionId: 'dec_ahead' });
  });

  it.each([
    ['refuses', { effect: EFFECT_DENY }],
    ['counts by now', { cacheableSeconds: 0 }],
  ])('drops what was known where the answer asked for ahead %s', async (_what, change) => {
    await ask(MODEL);
    now = 40_000;
    answer = { ...answer, ...change };
    await ask(MODEL);
    await new Promise(setImmediate);
    expect(asked).toBe(2);
    await ask(MODEL);
    expect(asked).toBe(3);
  });

  it('keeps what is known to its end where asking ahead fails, and then says so', async () => {
    await ask(MODEL);
    answer = { ...answer, effect: EFFECT_UNSPECIFIED };
    now = 59_999;
    await ask(MODEL);
    await ask(MODEL);
    now = 60_000;
    await expect(ask(MODEL)).rejects.toThrow('a decision that this agent does not understand');
  });

  it('is asked each time where the control plane counts, refuses, or is only asked what it would say', async () => {
    answer = { ...answer, cacheableSeconds: 0 };
    await ask(MODEL);
    answer = { ...answer, cacheableSeconds: 60, effect: EFFECT_DENY };
    await ask(MODEL);
    answer = { ...answer, effect: EFFECT_ALLOW };
    await ask(MODEL, { dryRun: true });
    await ask(MODEL);
    expect(asked).toBe(4);
  });

  it.each([
    ['another policy came into force', () => cache.policyActivated('v2')],
    ['the session was revoked', () => cache.revokeSession('ses_1')],
    ['everything was stopped', () => cache.clear()],
    [
      'the control plane was not heard for half a minute',
      () => {
        [connected, silentFor] = [false, 30_000];
      },
    ],
  ])('is asked anew for a model once %s', async (_what, happens) => {
    await ask(MODEL);
    happens();
    await ask(MODEL);
    expect(asked).toBe(2);
  });
});
