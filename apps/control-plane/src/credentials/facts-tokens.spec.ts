import { HoldshortError } from '@holdshort/errors';
import type { ControlPlaneAudit, OwnEvent } from '../audit/control-plane-audit.js';
import { FactsTokens } from './facts-tokens.js';
import type { Installation } from './github-app.js';
import { tokenSha256Base64 } from './held-lease.js';

const NOW = new Date('2026-01-12T09:00:00.000Z');
const EXPIRES = new Date('2026-01-12T10:00:00.000Z');

describe("the control plane's own read tokens", () => {
  let recorded: OwnEvent[];
  let calls: string[];
  let trailFails: boolean;
  let installation: Installation;
  let tokens: FactsTokens;

  beforeEach(() => {
    [recorded, calls, trailFails] = [[], [], false];
    const audit = {
      requireWritable: () => calls.push('writable?'),
      record: (event: OwnEvent) => {
        if (trailFails) return Promise.reject(new HoldshortError('audit_unavailable', 'full'));
        calls.push('recorded');
        recorded.push(event);
        return Promise.resolve();
      },
    } as unknown as ControlPlaneAudit;
    const app = {
      ...{ id: '1', site: 'github.com' },
      mint: (_: unknown, __: unknown, permissions: Record<string, string>) => {
        calls.push('minted');
        return Promise.resolve({ token: 'ghs_facts', expiresAt: EXPIRES, permissions });
      },
      revoke: (_: unknown, token: string) => {
        calls.push(`revoked ${token}`);
        return Promise.resolve();
      },
    };
    installation = { app, id: 7, account: 'acme', permissions: { contents: 'write' } } as unknown as Installation;
    tokens = new FactsTokens(audit, () => NOW);
  });

  it('are on record before anybody gets them, by their hash, once for those who share one', async () => {
    const asked = () => tokens.of(installation, ['app'], { contents: 'read' });
    const [one, two] = await Promise.all([asked(), asked()]);
    expect([one.token, two.token]).toEqual(['ghs_facts', 'ghs_facts']);
    expect(calls).toEqual(['writable?', 'minted', 'recorded']);
    expect(recorded).toEqual([
      {
        type: 'facts_token.issued',
        correlation_id: expect.any(String) as string,
        target: { host: 'github.com', repo: 'acme' },
        lease: {
          id: expect.stringMatching(/^fct_/) as string,
          kind: 'facts',
          token_sha256_b64: tokenSha256Base64('ghs_facts'),
          permissions: { contents: 'read' },
          repositories: ['acme/app'],
          expires: EXPIRES.toISOString(),
        },
        outcome: 'success',
      },
    ]);
    expect(JSON.stringify(recorded)).not.toContain('ghs_facts');
  });

  it('are revoked where they cannot be recorded, and nobody gets them; the next question tries again', async () => {
    trailFails = true;
    await expect(tokens.of(installation, [], {})).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(calls).toEqual(['writable?', 'minted', 'revoked ghs_facts']);
    trailFails = false;
    expect((await tokens.of(installation, [], {})).token).toBe('ghs_facts');
    expect(recorded[0]).toMatchObject({ lease: { permissions: {} } });
    expect(recorded[0]).not.toHaveProperty('lease.repositories');
  });
});
