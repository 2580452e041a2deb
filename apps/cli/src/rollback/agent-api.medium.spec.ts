import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentApi } from './agent-api.js';

interface Answer {
  status: number;
  body?: object;
}

const held: Answer = {
  status: 403,
  body: { message: 'This call needs approval: http://cp/a', holdshort: { code: 'approval_required' } },
};

describe('calls through the agent', () => {
  let server: http.Server;
  let answers: Answer[];
  let seen: { method: string; url: string; authorization: string; body: string }[];
  let said: string[];
  beforeEach(async () => {
    [answers, seen, said] = [[], [], []];
    server = http.createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, authorization: headers.authorization ?? '', body });
        const { status, body: answer } = answers.shift() ?? { status: 500 };
        response.writeHead(status).end(answer ? JSON.stringify(answer) : '');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const api = (waitMs = 10_000): AgentApi =>
    new AgentApi({
      endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      credential: 'ghu_holdshort_x',
      waitMs,
      say: (text) => said.push(text),
    });

  it('carry the session, and tell what is not there', async () => {
    answers = [
      { status: 200, body: { a: 1 } },
      { status: 404, body: { message: 'Not Found' } },
    ];
    expect(await api().get('/repos/acme/app')).toEqual({ a: 1 });
    expect(await api().get('/repos/acme/none')).toBeUndefined();
    expect(seen[0]).toMatchObject({
      ...{ method: 'GET', url: '/api/v3/repos/acme/app', authorization: 'Bearer ghu_holdshort_x' },
    });
  });

  it('are repeated as they were while they are held, and that is said once', async () => {
    answers = [held, held, { status: 200, body: { number: 7 } }];
    expect(await api().send('POST', '/repos/acme/app/pulls', { title: 't' })).toEqual({ number: 7 });
    expect(new Set(seen.map(({ body }) => body))).toEqual(new Set(['{"title":"t"}']));
    expect([seen.length, said]).toEqual([3, ['This call needs approval: http://cp/a']]);
  }, 15_000);

  it('end with the hold where nobody answers in time', async () => {
    answers = [held, held];
    await expect(api(1).send('DELETE', '/x')).rejects.toMatchObject({ code: 'approval_required' });
  }, 15_000);

  it('have the reason of whoever refused', async () => {
    answers = [
      { status: 200, body: { data: null, errors: [{ message: 'No.', extensions: { code: 'policy_forbids' } }] } },
      { status: 200, body: { data: null, errors: [{ message: 'Ref does not point there', type: 'STALE_DATA' }] } },
      { status: 422, body: { message: 'Validation Failed' } },
    ];
    await expect(api().graphql('mutation', {})).rejects.toMatchObject({ code: 'policy_forbids', message: 'No.' });
    await expect(api().graphql('mutation', {})).rejects.toMatchObject({
      ...{ code: 'upstream_refused', message: 'Ref does not point there' },
    });
    await expect(api().send('PATCH', '/x', {})).rejects.toMatchObject({ message: 'Validation Failed' });
  });
});
