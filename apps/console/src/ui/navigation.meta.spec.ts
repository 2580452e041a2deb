import { readFileSync } from 'node:fs';
import { PLACES, placesFor } from './navigation.js';

/** What a view asks first, as a row of the access table. */
const READS: Record<string, string> = {
  '/': 'GET /api/v1/overview',
  '/approvals': 'GET /api/v1/approvals',
  '/grants': 'GET /api/v1/grants',
  '/sessions': 'GET /api/v1/sessions',
  '/audit': 'GET /api/v1/audit/events',
  '/records': 'GET /api/v1/legal-holds',
  '/policies': 'GET /api/v1/policies',
  '/agents': 'GET /api/v1/agents',
  '/access': 'GET /api/v1/roles',
  '/tokens': 'GET /api/v1/tokens',
};

describe('the navigation', () => {
  const access = readFileSync('docs/reference/access.md', 'utf8');

  it.each(PLACES)('shows $label to whoever may read it, and to nobody else', ({ to, roles }) => {
    const row = access.split('\n').find((line) => line.includes(`| \`${READS[to] ?? ''}\` `));
    const [, , who = ''] = row?.split('|') ?? [];
    const allowed = who
      .trim()
      .split(', ')
      .map((role) => role.replace(/^or /, ''));
    expect([...roles].sort()).toEqual(allowed.sort());
  });

  it('has nothing for somebody without a role', () => {
    expect(placesFor([])).toEqual([]);
    expect(placesFor(['engineer']).map(({ label }) => label)).not.toContain('Agents');
  });
});
