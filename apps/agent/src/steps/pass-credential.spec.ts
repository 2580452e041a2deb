import type { Exchange } from '../exchange/exchange.js';
import { passCredential } from './pass-credential.js';

const SESSION = 'ghu_holdshort_0123456789abcdef0123456789abcdef';
const exchange = (headers: Record<string, string>): Exchange =>
  ({ host: 'api.anthropic.com', request: { headers } }) as unknown as Exchange;

it('passes the key of the model, and drops cookies and what belongs to the connection', async () => {
  const call = exchange({
    'x-api-key': 'sk-x',
    authorization: 'Bearer k',
    cookie: 'a=b',
    connection: 'close',
    accept: '*/*',
  });
  await passCredential(call);
  expect(call.upstreamHeaders).toEqual({
    host: 'api.anthropic.com',
    'x-api-key': 'sk-x',
    authorization: 'Bearer k',
    accept: '*/*',
  });
});

it.each<Record<string, string>>([
  { 'x-api-key': SESSION },
  { authorization: `Bearer ${SESSION}` },
  { authorization: `Basic ${Buffer.from(`x:${SESSION}`).toString('base64')}` },
  { authorization: 'token ghp_abcdefghijklmnopqrstuvwxyz0123456789' },
])('hands no credential for GitHub to a model: %j', (headers) => {
  expect(() => passCredential(exchange(headers))).toThrow(
    'A credential for GitHub stands where the key of the model belongs.',
  );
});
