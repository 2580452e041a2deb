import type { Operation } from '@holdshort/github-operations';
import type { Exchange } from '../exchange/exchange.js';
import { heldRequest } from './held-call.js';

const TOKEN = ['ghp', 'x7Kq2mZ9vB4nR8tW1yL5cD3fG6hJ0pS2aE4u'].join('_');

/** Of an exchange what this reads. */
function exchange(body: unknown, more: object = {}): Exchange {
  const operation: Partial<Operation> = {
    ...{ path: '/repos/acme/app/contents/ci.yml', host: 'api.github.com' },
    intents: [{ action: 'ref.update', target: { owner: 'acme', repo: 'app', paths: ['ci.yml'] } }],
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ...{ method: 'PUT', host: 'api.github.com', query: 'a=1', operation, body: Buffer.from(text) },
    request: {
      headers: {
        ...{ accept: 'application/json', authorization: `Bearer ${TOKEN}`, cookie: 'c=1', 'user-agent': 'octokit' },
        ...{ 'x-secret': TOKEN },
      },
    },
    ...more,
  } as unknown as Exchange;
}

describe('the request of a held call', () => {
  it('has method, address, headers that bear no credential, and the body as JSON to be read', () => {
    const { call, files } = heldRequest(exchange({ message: 'add', branch: 'main' }));
    expect(call).toEqual({
      ...{ method: 'PUT', host: 'api.github.com', path: '/repos/acme/app/contents/ci.yml', query: 'a=1' },
      headers: [
        { name: 'accept', value: 'application/json' },
        { name: 'user-agent', value: 'octokit' },
      ],
      moreHeaders: 3,
      body: '{\n  "message": "add",\n  "branch": "main"\n}',
      ...{ content: 'text', bodyBytes: '33', cut: false },
    });
    expect(files).toEqual([]);
  });

  it('shows base64 of a file as the file', () => {
    const content = Buffer.from('on: push\njobs: {}\n').toString('base64');
    const { call, files } = heldRequest(exchange({ message: 'add', content }));
    expect(call.body).not.toContain(content);
    expect(call.body).toContain('[base64 of 18 bytes, shown decoded as a file]');
    expect(files).toMatchObject([
      { path: 'ci.yml', change: 'written', hunks: [{ lines: ['+on: push', '+jobs: {}'] }] },
    ]);
  });

  it('masks secrets, wherever they stand', () => {
    const secret = Buffer.from(`token: ${TOKEN}\n`).toString('base64');
    const told = [
      { message: `see ${TOKEN}` },
      { message: `first\n${TOKEN}\nlast` },
      { content: secret },
      {
        query: 'mutation { x }',
        variables: { input: { fileChanges: { additions: [{ path: 'a', contents: secret }] } } },
      },
      { [TOKEN]: 1 },
    ].map((body) => JSON.stringify(heldRequest(exchange(body))));
    for (const text of told) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain(secret);
      expect(text).toContain('[masked: ');
    }
    expect(JSON.stringify(heldRequest(exchange({}, { query: `t=${TOKEN}` })))).not.toContain(TOKEN);
  });

  it('shows nothing of a body of which the scanner knows a secret that is not found again', () => {
    const findings = [{ kind: 'secret' }];
    expect(heldRequest(exchange({ message: 'add' }, { findings })).call).toMatchObject({ content: 'masked', body: '' });
  });

  it('shows no body that is too large, not JSON, a file, or none', () => {
    const contentOf = (given: Exchange): string => heldRequest(given).call.content;
    expect(contentOf(exchange({ message: 'x'.repeat(600_000) }))).toBe('too_large');
    expect(contentOf(exchange('{'))).toBe('masked');
    expect(contentOf(exchange(''))).toBe('none');
    expect(contentOf(exchange('', { file: { path: '/tmp/f', bytes: 5, sha256: '' } }))).toBe('file');
  });

  it('cuts what nobody would read', () => {
    const { call } = heldRequest(exchange(Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`k${n}`, n]))));
    expect(call.cut).toBe(true);
    expect(call.body.split('\n').length).toBeLessThanOrEqual(1000);
  });
});
