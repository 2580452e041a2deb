import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, ControlPlaneRefusal } from './api-client.js';
import type { Calls, RejectBody } from './gen/calls.js';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}

describe('the client of the HTTP API', () => {
  const asked: Asked[] = [];
  let answers: [status: number, body: unknown][] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      asked.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString('utf8') });
      const [status, body] = answers.shift() ?? [200, {}];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  let client: ApiClient;
  let url: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    client = new ApiClient(url, 'hst_1');
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked.length = 0;
    answers = [];
  });

  it('puts path, query and body where the document has them, and no name out of its place', async () => {
    await client.call('GET /sessions/{id}', { path: { id: '../approvals?x=1' } });
    await client.call('GET /kill-switches', { query: { state: undefined } });
    await client.call('POST /approvals/{id}/reject', { path: { id: 'apr_1' }, body: { reason: 'no' } });
    await client.call('POST /auth/logout');
    expect(asked.map(({ method, url: path, body }) => [method, path, body])).toEqual([
      ['GET', '/api/v1/sessions/..%2Fapprovals%3Fx%3D1', ''],
      ['GET', '/api/v1/kill-switches', ''],
      ['POST', '/api/v1/approvals/apr_1/reject', '{"reason":"no"}'],
      ['POST', '/api/v1/auth/logout', '{}'],
    ]);
    expect(asked.every(({ authorization }) => authorization === 'Bearer hst_1')).toBe(true);
  });

  it('reads page after page', async () => {
    answers = [
      [200, { items: [{ id: 'a' }], next: 'n 1' }],
      [200, { items: [{ id: 'b' }], next: null }],
    ];
    const ids: string[] = [];
    for await (const { id } of client.pages('GET /approvals', { limit: 1 }, 'cursor')) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
    expect(asked.map(({ url: path }) => path)).toEqual([
      '/api/v1/approvals?limit=1',
      '/api/v1/approvals?limit=1&cursor=n+1',
    ]);
  });

  it('says why the control plane refuses, and that it is not there', async () => {
    answers = [[403, { detail: 'Not yours.', code: 'not_authorized' }]];
    const refused: unknown = await client.call('GET /agents').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ControlPlaneRefusal);
    expect(refused).toMatchObject({ status: 403, code: 'not_authorized', message: 'Not yours.' });
    await expect(new ApiClient('http://127.0.0.1:1').call('GET /agents')).rejects.toMatchObject({
      code: 'control_plane_unreachable',
    });
  });

  it('takes no call and no input that the document does not know', () => {
    // @ts-expect-error -- no such route
    const unknown: keyof Calls = 'GET /agent';
    // @ts-expect-error -- a refusal has its reason
    const reasonless: RejectBody = {};
    expect([unknown, reasonless]).toHaveLength(2);
  });
});
