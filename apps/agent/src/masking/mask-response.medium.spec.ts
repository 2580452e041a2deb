import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { CREDENTIAL, RunningAgent } from '../test-support/running-agent.js';

/** This suite proves that: under the obligation to mask no canary passes the agent, on any surface, and what cannot be masked is refused. */

const TOKEN = `ghr_${'aB3dE5gH7j'.repeat(8).slice(0, 76)}`;
const FILE = `# settings\nTOKEN=${TOKEN}\nIBAN=DE89 3704 0044 0532 0130 00\nport = 80\n`;
const MASKED = FILE.replace(TOKEN, '*'.repeat(TOKEN.length)).replace('DE89 3704 0044 0532 0130 00', '*'.repeat(27));

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let agent: RunningAgent;

beforeAll(async () => {
  agent = await RunningAgent.start(
    {},
    {
      obligations: { maskDetectors: ['secrets', 'personal'], maskFields: ['email'] },
      answer: (...to) => answer(...to),
    },
  );
});
afterAll(() => agent.stop());
beforeEach(() => {
  agent.events.length = 0;
  agent.reached.length = 0;
});

const gives = (body: string | Buffer, headers: Record<string, string>, status = 200): void => {
  answer = (_, response) => {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    // in two writes, so that a secret may be cut
    const bytes = Buffer.from(body);
    response.write(bytes.subarray(0, bytes.length >> 1));
    response.end(bytes.subarray(bytes.length >> 1));
  };
};

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${agent.endpointUrl}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${CREDENTIAL}`, ...(init.headers as Record<string, string>) },
  });

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
});

test('the contents API: base64 that decodes to the masked file, as long as GitHub said', async () => {
  const content = Buffer.from(FILE)
    .toString('base64')
    .replace(/.{1,60}/g, '$&\n');
  const body = JSON.stringify({ name: 'a.env', content, encoding: 'base64' });
  gives(body, JSON_TYPE);
  const response = await call('/api/v3/repos/acme/app/contents/a.env');
  expect(response.headers.get('content-length')).toBe(String(body.length));
  const given = (await response.json()) as { content: string };
  expect(Buffer.from(given.content, 'base64').toString()).toBe(MASKED);
  expect(agent.events.at(-1)).toMatchObject({
    type: 'call.read',
    outcome: 'success',
    masked: [
      { rule: 'github-token', count: 1 },
      { rule: 'iban', count: 1 },
    ],
  });
  expect(JSON.stringify(agent.events)).not.toContain(TOKEN);
});

test('a raw file, and a field that is masked for its name', async () => {
  gives(FILE, { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' });
  expect(await (await call('/api/v3/repos/acme/app/contents/a.env')).text()).toBe(MASKED);
  gives('[{"commit":{"author":{"email":"a@b.example"}}}]', JSON_TYPE);
  expect(await (await call('/api/v3/repos/acme/app/commits')).text()).toBe(
    '[{"commit":{"author":{"email":"***********"}}}]',
  );
});

test('GraphQL: the text of a blob', async () => {
  gives(JSON.stringify({ data: { repository: { object: { text: FILE } } } }), JSON_TYPE);
  const query =
    '{ repository(owner: "acme", name: "app") { object(expression: "main:a.env") { ... on Blob { text } } } }';
  expect(await (await call('/api/graphql', post({ query }))).json()).toEqual({
    data: { repository: { object: { text: MASKED } } },
  });
});

const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: FILE }] } };
const TOOL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_file_contents', arguments: { owner: 'acme', repo: 'app', path: 'a.env' } },
};

test('MCP: a result as JSON, and as an event', async () => {
  gives(JSON.stringify(RESULT), JSON_TYPE);
  expect(await (await call('/mcp', post(TOOL))).json()).toEqual({
    ...RESULT,
    result: { content: [{ type: 'text', text: MASKED }] },
  });
  gives(`event: message\ndata: ${JSON.stringify(RESULT)}\n\n`, { 'content-type': 'text/event-stream' });
  const events = await (await call('/mcp', post(TOOL))).text();
  expect(JSON.parse(/^data: (.*)$/m.exec(events)![1]!)).toEqual({
    ...RESULT,
    result: { content: [{ type: 'text', text: MASKED }] },
  });
});

test('a write is answered masked as well', async () => {
  gives(JSON.stringify({ id: 1, body: FILE }), JSON_TYPE, 201);
  const response = await call('/api/v3/repos/acme/app/issues/1/comments', post({ body: 'x' }));
  expect(((await response.json()) as { body: string }).body).toBe(MASKED);
  expect(agent.events.at(-1)).toMatchObject({
    type: 'call.write',
    phase: 'outcome',
    masked: expect.anything() as unknown,
  });
});

test('GitHub is asked for the whole answer, unpacked', async () => {
  gives('{}', { ...JSON_TYPE, 'accept-ranges': 'bytes', 'content-md5': 'x' });
  const response = await call('/api/v3/repos/acme/app', {
    headers: { range: 'bytes=4-', 'if-range': '"x"', 'accept-encoding': 'gzip', 'if-none-match': '"x"' },
  });
  const { headers } = agent.reached[0]!;
  expect([headers.range, headers['if-range'], headers['accept-encoding'], headers['if-none-match']]).toEqual([
    undefined,
    undefined,
    'identity',
    '"x"',
  ]);
  expect([response.headers.get('accept-ranges'), response.headers.get('content-md5')]).toEqual([null, null]);
});

test('answers without a body pass', async () => {
  answer = (_, response) => response.writeHead(304, { etag: '"x"' }).end();
  expect((await call('/api/v3/repos/acme/app')).status).toBe(304);
});

test.each([
  ['a fetch by git', '/git/acme/app.git/info/refs?service=git-upload-pack', {}],
  ['an archive', '/api/v3/repos/acme/app/tarball/main', {}],
  ['logs of a run, packed', '/api/v3/repos/acme/app/actions/runs/1/logs', {}],
])('%s is refused before GitHub is asked', async (_, path, init) => {
  const response = await call(path, init);
  expect(await response.text()).toContain('masking_impossible');
  expect(agent.reached).toEqual([]);
  expect(agent.events.at(-1)).toMatchObject({ outcome: 'refused', error: { code: 'masking_impossible' } });
});

test.each([
  ['a packed file', gzipSync(FILE), { 'content-type': 'application/octet-stream' }],
  ['an answer in an encoding', gzipSync('{}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }],
])('%s is refused, and not a byte of it is passed on', async (_, body, headers) => {
  gives(body, headers);
  const response = await call('/api/v3/repos/acme/app/contents/a.env');
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('masking_impossible');
  expect(agent.events.at(-1)).toMatchObject({ outcome: 'refused', error: { code: 'masking_impossible' } });
});

test('a write whose answer cannot be masked has happened, and is recorded so', async () => {
  gives(gzipSync('{}'), { ...JSON_TYPE, 'content-encoding': 'gzip' }, 201);
  expect((await call('/api/v3/repos/acme/app/issues/1/comments', post({ body: 'x' }))).status).toBe(403);
  expect(agent.events.at(-1)).toMatchObject({
    phase: 'outcome',
    outcome: 'unknown',
    error: { code: 'masking_impossible' },
  });
});

test('other binary content passes, byte for byte', async () => {
  const image = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256)),
  ]);
  gives(image, { 'content-type': 'image/png' });
  expect(Buffer.from(await (await call('/api/v3/repos/acme/app/contents/a.png')).arrayBuffer()).equals(image)).toBe(
    true,
  );
});
