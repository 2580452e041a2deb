import type { Exchange } from '../exchange/exchange.js';
import { attachCredential } from './attach-credential.js';

const CLIENT = {
  authorization: 'Bearer of-the-client',
  cookie: 'of-the-client',
  'x-api-key': 'of-the-client',
  'x-github-token': 'of-the-client',
  'x-mcp-readonly': 'true',
};

async function headersOf(action: string, token?: string) {
  const exchange = {
    host: 'api.githubcopilot.com',
    request: { headers: CLIENT },
    operation: { intents: [{ action, target: {} }] },
    decision: token === undefined ? {} : { lease: { token } },
  } as unknown as Exchange;
  await attachCredential(exchange);
  return exchange.upstreamHeaders;
}

describe('attachCredential', () => {
  it('puts the lease in the place of whatever the client brought, and keeps what is no credential', async () => {
    expect(await headersOf('model.call', 'ghs_lease')).toEqual({
      host: 'api.githubcopilot.com',
      'x-mcp-readonly': 'true',
      authorization: 'Bearer ghs_lease',
    });
  });

  it('sends telemetry without a credential, and nothing else', async () => {
    expect(await headersOf('telemetry.send')).toEqual({ host: 'api.githubcopilot.com', 'x-mcp-readonly': 'true' });
    await expect(headersOf('model.call')).rejects.toMatchObject({ code: 'lease_unavailable' });
  });
});
