import { auditQueryOf, readAuditSearch } from './audit-filters.js';

describe('the filters of the trail', () => {
  it('come from the address, and nothing else does', () => {
    const search = { human: 'alice', repo: ' acme/app ', text: 42, limit: '9', ref: '', policy: ['x'] };
    expect(readAuditSearch(search)).toEqual({ human: 'alice', repo: 'acme/app', text: '42' });
  });

  it('go to the API as it takes them', () => {
    expect(auditQueryOf({ decision: 'hold', human: 'bob' })).toEqual({ decision: 'hold', human: 'bob' });
    expect(auditQueryOf({ decision: 'maybe' })).toEqual({ decision: undefined });
  });
});
