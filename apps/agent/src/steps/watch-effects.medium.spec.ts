import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { watchEffects } from './watch-effects.js';

const A = 'a'.repeat(40);

describe('what a write needs to be told of', () => {
  let server: http.Server;
  let pool: Pool;
  let warnings: object[];
  let asked: { path: string; authorization: string }[];
  beforeEach(async () => {
    [warnings, asked] = [[], []];
    server = http.createServer((request, response) => {
      const { url = '', headers } = request;
      asked.push({ path: url, authorization: headers.authorization ?? '' });
      if (url.endsWith('/broken')) request.socket.destroy();
      else if (url.endsWith('/none')) response.writeHead(404).end('{}');
      else response.end(JSON.stringify({ object: { sha: A } }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    pool = new Pool(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  });
  afterEach(async () => {
    await pool.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const agent = () =>
    ({
      upstreams: { pool: () => pool },
      logger: { warn: (facts: object) => warnings.push(facts) },
    }) as unknown as AgentContext;
  const deletion = (target: object, facts: object = {}): Exchange =>
    ({
      attempt: Promise.resolve(),
      operation: { surface: 'rest', id: 'git/delete-ref', intents: [{ action: 'ref.delete', target }] },
      decision: { lease: { token: 't' } },
      clientGone: new AbortController().signal,
      correlationId: 'cor_1',
      ...facts,
    }) as unknown as Exchange;
  const named = (ref: string) => ({ owner: 'acme', repo: 'app', ref: `refs/heads/${ref}` });
  const before = async (exchange: Exchange): Promise<unknown> => {
    await watchEffects(exchange, agent());
    return exchange.refsBefore && Object.fromEntries(exchange.refsBefore);
  };

  it('is asked under the lease of the call, before it', async () => {
    expect(await before(deletion(named('a/b c')))).toEqual({ 'refs/heads/a/b c': A });
    expect(asked).toEqual([{ path: '/repos/acme/app/git/ref/heads/a/b%20c', authorization: 'Bearer t' }]);
  });

  it('is asked of what the node id of the call stands for', async () => {
    const resolvedTarget = { owner: 'acme', repo: 'app', ref: 'refs/heads/x' };
    const exchange = deletion(
      { nodeId: 'REF_1' },
      {
        operation: {
          ...{ surface: 'graphql', id: 'mutation/deleteRef' },
          intents: [{ action: 'ref.delete', target: { nodeId: 'REF_1' } }],
        },
        decision: { resolvedTarget, lease: { token: 't' } },
      },
    );
    expect(await before(exchange)).toEqual({ 'refs/heads/x': A });
  });

  it('is left out where GitHub does not tell; the call goes on, and the log says so', async () => {
    expect(await before(deletion(named('none')))).toEqual({});
    expect(warnings).toEqual([]);
    expect(await before(deletion(named('broken')))).toEqual({});
    expect(warnings).toEqual([{ code: 'upstream_unreachable', correlation_id: 'cor_1' }]);
  });

  it('is not asked for what reads, or for what its answer tells', async () => {
    expect(await before(deletion(named('x'), { attempt: undefined }))).toBeUndefined();
    const file = { surface: 'rest', id: 'repos/delete-file', intents: [{ action: 'ref.update', target: named('x') }] };
    const exchange = deletion({}, { operation: file });
    expect(await before(exchange)).toEqual({});
    expect([asked, exchange.answerCopy]).toEqual([[], expect.anything()]);
  });
});
