import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { Capabilities } from '../capability/capabilities.js';
import { answerHeaders } from './answer-headers.js';
import { localRedirect } from './local-redirect.js';

const SIGNED = 'https://release-assets.githubusercontent.com/a?X-Amz-Signature=s3cr3t';

const exchangeOf = (changes: object): Exchange =>
  ({
    session: { id: 'ses_a' },
    operation: {
      surface: 'rest',
      id: 'x',
      class: 'read',
      intents: [],
      host: 'api.github.com',
      method: 'GET',
      path: '/a',
    },
    entry: 'proxy',
    method: 'GET',
    path: '/a',
    correlationId: 'c',
    ...changes,
  }) as unknown as Exchange;

function answered(status: number, location: string, changes: object = {}) {
  const capabilities = new Capabilities();
  const agent = { capabilities, endpointUrl: () => 'http://127.0.0.1:7403' } as unknown as AgentContext;
  const exchange = exchangeOf(changes);
  const headers = { location, 'content-type': 'text/html', 'content-length': '90', 'x-github-request-id': 'R' };
  const passed = answerHeaders(exchange, headers, agent.endpointUrl());
  return { capabilities, passed, redirect: localRedirect(exchange, agent, { status, headers, passed }) };
}

describe('localRedirect', () => {
  it.each([301, 302, 303, 307, 308])('puts a capability in the place of an address on another host: %d', (status) => {
    const { redirect, capabilities } = answered(status, SIGNED);
    const location = String(redirect?.['location']);
    expect(redirect).toEqual({
      location: expect.stringMatching(
        /^https:\/\/objects\.githubusercontent\.com\/holdshort-cap\/[\w-]{43}$/,
      ) as string,
      'content-length': '0',
      'x-github-request-id': 'R',
      'x-holdshort-correlation-id': 'c',
    });
    expect(capabilities.find(location.split('/').at(-1) ?? '', 'ses_a')?.target.href).toBe(SIGNED);
  });

  it('speaks of the endpoint at the endpoint', () => {
    expect(answered(302, SIGNED, { entry: 'endpoint' }).redirect?.['location']).toMatch(
      /^http:\/\/127\.0\.0\.1:7403\/cap\/[\w-]{43}$/,
    );
  });

  it('leaves an address on the same host, as the client can reach it', () => {
    expect(answered(301, '/repositories/1').passed['location']).toBe('https://api.github.com/repositories/1');
    expect(answered(301, '/repositories/1', { entry: 'endpoint' }).passed['location']).toBe(
      'http://127.0.0.1:7403/api/v3/repositories/1',
    );
    expect(answered(301, '/repositories/1').redirect).toBeUndefined();
  });

  it('never passes an address on another host, whatever the status', () => {
    for (const [status, location] of [
      [200, SIGNED],
      [201, SIGNED],
      [201, 'https://attacker.test/'],
    ] as const) {
      const { passed, redirect } = answered(status, location);
      expect([passed['location'], redirect]).toEqual([undefined, undefined]);
    }
  });

  it.each([
    ['https://attacker.test/', {}, 'host_unknown'],
    ['http://api.github.com/', {}, 'host_unknown'],
    [SIGNED, { method: 'POST' }, 'upstream_refused'],
    [SIGNED, { operation: { class: 'write', host: 'api.github.com' } }, 'upstream_refused'],
  ])('refuses %s %j', (location, changes, code) => {
    expect(() => answered(302, location, changes)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
