import type { JWTPayload } from 'jose';
import { matchesPattern, matchesRule, readTrustRules } from './trust-rule.js';

const rule = { name: 'ci', issuer: 'https://ci.example', audience: 'holdshort', claims: { repository: 'acme/*' } };

describe('trust rules', () => {
  it('read with their defaults', () => {
    expect(readTrustRules([rule])).toEqual([
      expect.objectContaining({ name: 'ci', groups: [], sessionSeconds: 3_600, assistant: undefined }),
    ]);
  });

  it.each([
    ['no list', {}, 'it is no list'],
    ['no claims', [{ ...rule, claims: undefined }], 'ci names no claims'],
    ['empty claims', [{ ...rule, claims: {} }], 'ci would take any token of its issuer'],
    ['claims that take anything', [{ ...rule, claims: { sub: '**' } }], 'ci would take any token of its issuer'],
    ['a pattern that is no text', [{ ...rule, claims: { ref: 1 } }], 'ref is no pattern'],
    ['an unknown key', [{ ...rule, claim: {} }], 'a rule has no claim'],
    ['no audience', [{ ...rule, audience: undefined }], 'audience is no text'],
    ['two of a name', [rule, rule], 'two rules have the same name'],
    ['a life of nothing', [{ ...rule, session_seconds: 0 }], 'session_seconds is no whole number'],
  ])('are refused with %s', (_, setting, what) => {
    expect(() => readTrustRules(setting)).toThrow(`HOLDSHORT_WORKLOAD_TRUST: ${what}.`);
  });

  it.each([
    ['acme/*', 'acme/app', true],
    ['acme/*', 'acme/app/x', false],
    ['acme/*', 'acme/', true],
    ['acme/*', 'evil/acme/app', false],
    ['repo:acme/app:ref:refs/heads/*', 'repo:acme/app:ref:refs/heads/main', true],
    ['repo:acme/*:ref:refs/heads/main', 'repo:acme/x:environment:y:ref:refs/heads/main', false],
    ['repo:acme/**', 'repo:acme/app:ref:refs/heads/main', true],
    ['a.c', 'abc', false],
    ['main', 'main\nevil', false],
    ['(a+)+', 'aaaa', false],
  ])('%s takes %j: %s', (pattern, value, expected) => {
    expect(matchesPattern(pattern, value)).toBe(expected);
  });

  it('compare issuer, audience and every claim, and take no lists', () => {
    const [trust] = readTrustRules([{ ...rule, claims: { repository: 'acme/*', protected: 'true' } }]);
    const good = { iss: rule.issuer, aud: ['x', 'holdshort'], repository: 'acme/app', protected: true };
    const takes = (payload: JWTPayload): boolean => trust !== undefined && matchesRule(trust, payload);
    expect(takes(good)).toBe(true);
    expect(takes({ ...good, aud: 'other' })).toBe(false);
    expect(takes({ ...good, iss: 'https://other.example' })).toBe(false);
    expect(takes({ ...good, protected: false })).toBe(false);
    expect(takes({ ...good, repository: undefined })).toBe(false);
    expect(takes({ ...good, repository: ['acme/app'] })).toBe(false);
  });
});
