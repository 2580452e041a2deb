import { agentV1 } from '@holdshort/contracts';
import type { Operation } from '@holdshort/github-operations';
import { DecisionCache, decisionKey } from './decision-cache.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const allow = (fields: Partial<agentV1.DecideResponse> = {}): agentV1.DecideResponse =>
  agentV1.DecideResponse.fromPartial({ effect: agentV1.Effect.EFFECT_ALLOW, cacheableSeconds: 60, ...fields });

const read = (repo: string): Operation => ({
  surface: 'rest',
  id: 'repos/get',
  class: 'read',
  intents: [{ action: 'repo.read', target: { owner: 'acme', repo } }],
  method: 'GET',
  path: `/repos/acme/${repo}`,
  host: 'api.github.com',
});

describe('DecisionCache', () => {
  let now = NOW;
  const open = (): DecisionCache => {
    now = NOW;
    return new DecisionCache(() => now);
  };

  it('serves an allow until the decision says it ends', () => {
    const cache = open();
    cache.put('k', allow());
    now = NOW + 59_999;
    expect(cache.get('k')).toBeDefined();
    now = NOW + 60_000;
    expect(cache.get('k')).toBeUndefined();
  });

  it('keeps nothing that is not cacheable', () => {
    const cache = open();
    cache.put('k', allow({ cacheableSeconds: 0 }));
    expect(cache.size).toBe(0);
  });

  it('ends a minute before the lease does', () => {
    const cache = open();
    const expiresAt = new Date(NOW + 90_000).toISOString();
    cache.put('k', allow({ lease: agentV1.Lease.fromPartial({ id: 'l', expiresAt }) }));
    now = NOW + 29_999;
    expect(cache.get('k')).toBeDefined();
    now = NOW + 30_000;
    expect(cache.get('k')).toBeUndefined();
  });

  it('forgets all when another policy version is activated, nothing when the same is announced again', () => {
    const cache = open();
    cache.policyActivated('v1');
    cache.put('k', allow({ policyVersion: 'v1' }));
    cache.policyActivated('v1');
    expect(cache.size).toBe(1);
    cache.policyActivated('v2');
    expect(cache.size).toBe(0);
  });

  it('keeps no answer that was under way when another policy came into force', () => {
    const cache = open();
    cache.policyActivated('v2');
    cache.put('k', allow({ policyVersion: 'v1' }));
    expect(cache.size).toBe(0);
    cache.put('k', allow({ policyVersion: 'v2' }));
    expect(cache.size).toBe(1);
  });

  it('forgets one session without touching another whose id begins alike', () => {
    const cache = open();
    cache.put(decisionKey('ses_1', read('app')), allow());
    cache.put(decisionKey('ses_12', read('app')), allow());
    cache.revokeSession('ses_1');
    expect(cache.get(decisionKey('ses_1', read('app')))).toBeUndefined();
    expect(cache.get(decisionKey('ses_12', read('app')))).toBeDefined();
  });

  it('never serves the credential of a fetch for what needs the one of a push', () => {
    const fetched: Operation = { ...read('app'), surface: 'git', id: 'git/upload-pack-advertisement' };
    const pushing: Operation = { ...read('app'), surface: 'git', id: 'git/receive-pack-advertisement' };
    expect(decisionKey('s', fetched)).not.toBe(decisionKey('s', pushing));
  });

  it('serves no decision on one operation to another, for policy may oblige to mask only one of them', () => {
    const raw: Operation = { ...read('app'), surface: 'download', id: 'download/raw' };
    expect(decisionKey('s', raw)).not.toBe(decisionKey('s', { ...raw, id: 'download/archive' }));
    expect(decisionKey('s', { ...raw, id: 'x' })).not.toBe(decisionKey('s', { ...raw, id: 'x', surface: 'rest' }));
  });

  it('tells repositories apart and takes their names without regard to case', () => {
    expect(decisionKey('s', read('app'))).not.toBe(decisionKey('s', read('site')));
    expect(decisionKey('s', read('APP'))).toBe(decisionKey('s', read('app')));
  });
});
