import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { Capabilities } from '../capability/capabilities.js';
import { localBatch } from './local-batch.js';

const OID = 'ab'.repeat(32);
const HREF = 'https://github-cloud.githubusercontent.com/alambic/media/1?X-Amz-Signature=s3cr3t';

function rewritten(answer: unknown, operation = 'upload') {
  const capabilities = new Capabilities();
  const agent = { capabilities, endpointUrl: () => 'http://127.0.0.1:7403' } as unknown as AgentContext;
  const lfs = { operation, objects: [{ oid: OID, size: 3 }] };
  const exchange = { session: { id: 'ses_a' }, lfs, entry: 'proxy', operation: { intents: [] } } as unknown as Exchange;
  const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
  return { capabilities, text: JSON.stringify(localBatch(exchange, agent, body)) };
}
const withActions = (actions: object) => ({ objects: [{ oid: OID, size: 3, actions }] });

describe('localBatch', () => {
  it('keeps addresses and headers in the agent, bound to object and method', () => {
    const header = { Authorization: 'RemoteAuth s3cr3t', Host: 'attacker.test', 'X-A': '1', n: 2 };
    const { text, capabilities } = rewritten(withActions({ upload: { href: HREF, header, expires_in: 900 } }));
    expect(text).not.toMatch(/s3cr3t|header/);
    const [, id = ''] = /holdshort-cap\/([\w-]{43})"/.exec(text) ?? [];
    expect(capabilities.find(id, 'ses_a')).toMatchObject({
      method: 'PUT',
      headers: { authorization: 'RemoteAuth s3cr3t', 'x-a': '1' },
      object: { oid: OID, size: 3 },
      operation: { surface: 'lfs', id: 'lfs/upload' },
    });
    expect(capabilities.find(id, 'ses_a')?.headers).not.toHaveProperty('host');
  });

  it('passes errors of single objects and objects that need nothing', () => {
    expect(rewritten({ objects: [{ oid: OID, error: { code: 404, message: 'gone' } }] }).text).toContain(
      '{"code":404,"message":"gone"}',
    );
    expect(rewritten({ objects: [{ oid: OID }] }).text).not.toContain('actions');
  });

  it.each([
    ['no JSON', 'x', 'upstream_refused'],
    ['no list', {}, 'upstream_refused'],
    ['an object that was not asked for', { objects: [{ oid: 'cd'.repeat(32) }] }, 'upstream_refused'],
    ['an action of another operation', withActions({ download: { href: HREF } }), 'upstream_refused'],
    ['an unknown action', withActions({ constructor: { href: HREF } }), 'upstream_refused'],
    ['an address elsewhere', withActions({ upload: { href: 'https://attacker.test/' } }), 'host_unknown'],
  ])('refuses an answer with %s', (_, answer, code) => {
    expect(() => rewritten(answer)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
