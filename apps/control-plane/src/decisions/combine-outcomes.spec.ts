import type { GateDemand, PolicyOutcome } from '@holdshort/policy';
import { combineOutcomes } from './combine-outcomes.js';

const allow = (
  obligations: Partial<Extract<PolicyOutcome, { effect: 'allow' }>['obligations']> = {},
): PolicyOutcome => ({
  effect: 'allow',
  policies: ['p'],
  reasons: ['policy_permits'],
  message: '',
  obligations: { maskFields: [], maskDetectors: [], ...obligations },
});
const deny: PolicyOutcome = { effect: 'deny', policies: ['d'], reasons: ['policy_forbids'], message: 'No.' };
const gate: GateDemand = {
  name: 'g',
  approvers: 'security',
  required: 1,
  exclude: ['owner'],
  expiresSeconds: 100,
  message: 'wait',
};
const hold = (...gates: GateDemand[]): PolicyOutcome => ({
  effect: 'hold',
  policies: ['h'],
  reasons: ['approval_required'],
  message: 'Wait.',
  gates,
});

describe('combining outcomes', () => {
  it('denies what nothing was said about', () => {
    expect(combineOutcomes([])).toMatchObject({ effect: 'deny' });
  });

  it('lets a single deny win over holds and allows, and a hold over allows', () => {
    expect(combineOutcomes([allow(), hold(gate), deny])).toMatchObject({
      effect: 'deny',
      policies: ['d'],
      message: 'No.',
    });
    expect(combineOutcomes([allow(), hold(gate)])).toMatchObject({ effect: 'hold', policies: ['h'], gates: [gate] });
    expect(combineOutcomes([allow(), allow()])).toMatchObject({ effect: 'allow', policies: ['p'] });
  });

  it('takes the engineer’s own lease where any intent wants it, and either only where none wants it alone', () => {
    const [user, either] = [allow({ leaseKind: 'user' }), allow({ leaseKind: 'user_or_installation' })];
    expect(combineOutcomes([allow(), either, user]).obligations.leaseKind).toBe('user');
    expect(combineOutcomes([user, either]).obligations.leaseKind).toBe('user');
    expect(combineOutcomes([allow(), either]).obligations.leaseKind).toBe('user_or_installation');
    expect(combineOutcomes([allow()]).obligations).not.toHaveProperty('leaseKind');
  });

  it('asks the stricter of two demands for the same gate', () => {
    const strict = { ...gate, required: 2, expiresSeconds: 10, exclude: ['author'] };
    expect(combineOutcomes([hold(gate), hold(strict), hold({ ...gate, name: 'other' })]).gates).toEqual([
      { ...gate, required: 2, expiresSeconds: 10, exclude: ['owner', 'author'] },
      { ...gate, name: 'other' },
    ]);
  });

  it('keeps the strictest of every obligation', () => {
    const outcomes = [
      allow({ tokenTtlSeconds: 600, cacheableSeconds: 30, tokenPermissions: { contents: 'write', issues: 'read' } }),
      allow({
        tokenTtlSeconds: 60,
        cacheableSeconds: 60,
        tokenPermissions: { contents: 'read' },
        maskFields: ['email'],
      }),
    ];
    expect(combineOutcomes(outcomes).obligations).toEqual({
      maskFields: ['email'],
      maskDetectors: [],
      tokenTtlSeconds: 60,
      cacheableSeconds: 30,
      tokenPermissions: { contents: 'read' },
    });
    expect(combineOutcomes([...outcomes, allow()]).obligations.cacheableSeconds).toBe(0);
  });

  it('tells of limits only where nothing else stands in the way', () => {
    const cap = { per: 'session', measure: 'writes', limit: 60 } as const;
    const capped: PolicyOutcome = { ...deny, policies: ['c'], caps: [cap] };
    expect(combineOutcomes([allow(), capped]).caps).toEqual([cap]);
    expect(combineOutcomes([capped, deny]).caps).toEqual([]);
    expect(combineOutcomes([allow()]).caps).toEqual([]);
  });

  it('says the worst of what was only observed', () => {
    const observed = (effect: 'deny' | 'hold'): PolicyOutcome => ({ ...allow(), observed: effect }) as PolicyOutcome;
    expect(combineOutcomes([observed('hold'), observed('deny'), allow()])).toMatchObject({
      effect: 'allow',
      observed: 'deny',
    });
    expect(combineOutcomes([allow()])).not.toHaveProperty('observed');
  });
});
