import { setTimeout as delay } from 'node:timers/promises';
import { requireValidEvents } from '@holdshort/testkit/events';
import { CREDENTIAL, exchangeBytes, RunningAgent } from '../test-support/running-agent.js';
import { REFUSED_REQUESTS, type RefusedRequestId } from './refused-requests.js';

const CONTENTS = '/repos/acme/app/contents/x.txt';
const GET_REPO = '/repos/acme/app';

/** One request; `host` and the credential are there unless the case is about them. */
interface Sent {
  id: RefusedRequestId;
  line?: string;
  path?: string;
  method?: string;
  host?: string | undefined;
  headers?: string[];
  body?: string;
  /** The whole request, where a part cannot be said otherwise. */
  raw?: string;
  /** CONNECT and SNI, where they are not the API's. */
  sni?: string;
}

const JSON_BODY = '{"message":"m","content":"","branch":"topic/x"}';
const write = (id: RefusedRequestId, headers: string[], body = JSON_BODY): Sent => ({
  id,
  method: 'PUT',
  path: CONTENTS,
  headers: [
    ...headers,
    ...(headers.some((header) => /^(content-length|transfer-encoding)/i.test(header))
      ? []
      : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
  ],
  body,
});
const get = (id: RefusedRequestId, headers: string[], more: Partial<Sent> = {}): Sent => ({ id, headers, ...more });

const CASES: Sent[] = [
  write('cl-with-te', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  write('cl-twice', ['Content-Length: 2', 'Content-Length: 2'], '{}'),
  write('cl-twice', ['Content-Length: 2', 'Content-Length: 20'], '{}'),
  write('cl-not-a-number', ['Content-Length: +2'], '{}'),
  write('te-not-chunked', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'),
  write('te-not-chunked', ['Transfer-Encoding: identity'], ''),
  write('te-not-chunked', ['Transfer-Encoding: xchunked'], '0\r\n\r\n'),
  { ...write('te-in-1.0', ['Transfer-Encoding: chunked'], '2\r\n{}\r\n0\r\n\r\n'), line: `PUT ${CONTENTS} HTTP/1.0` },
  write('bad-chunk', ['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'),
  { id: 'bare-lf', raw: `GET ${GET_REPO} HTTP/1.1\nHost: HOST\n\n` },
  { id: 'bare-lf', raw: `GET ${GET_REPO} HTTP/1.1\r\nHost: HOST\nX: y\r\n\r\n` },
  get('obs-fold', ['X-A: 1\r\n  2']),
  get('obs-fold', ['Authorization: token\r\n\tsecond']),
  get('space-before-colon', ['X-A : 1']),
  get('nul-in-header', ['X-A: a\0b']),
  get('nul-in-header', ['X-A: a\rb']),
  get('nul-in-path', [], { path: '/repos/acme/app\0x' }),
  get('encoded-nul-in-path', [], { path: '/repos/acme/app%00' }),
  get('head-too-large', [`X-A: ${'a'.repeat(20_000)}`]),
  get('head-too-large', [], { path: `/${'a'.repeat(20_000)}` }),
  write('body-too-large', [], `"${'a'.repeat(5000)}"`),
  write('body-too-large', ['Transfer-Encoding: chunked'], `1389\r\n"${'a'.repeat(5000)}\r\n0\r\n\r\n`),
  { id: 'not-http', raw: '\x16\x03\x01 not a request\r\n\r\n' },
  { id: 'not-http', raw: 'GET\r\n\r\n' },
  { id: 'http2-preface', raw: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
  get('h2c-upgrade', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']),
  get('h2c-upgrade', ['Connection: Upgrade', 'Upgrade: websocket']),
  { id: 'connect-inside', raw: 'CONNECT github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n' },
  get('host-missing', [], { host: undefined }),
  get('host-missing', [], { host: undefined, line: `GET ${GET_REPO} HTTP/1.0` }),
  get('host-twice', ['Host: HOST']),
  get('host-trailing-dot', [], { host: 'HOST.' }),
  get('host-userinfo', [], { host: 'x@HOST' }),
  get('absolute-form', [], { path: 'https://api.github.com/repos/acme/app' }),
  get('absolute-form', [], { path: 'http://github.com/repos/acme/app' }),
  get('absolute-form', [], { line: 'OPTIONS * HTTP/1.1' }),
  get('header-twice', [`Authorization: token ${CREDENTIAL}`, 'Authorization: token x']),
  write('header-twice', ['Content-Type: application/json', 'Content-Type: text/plain']),
  write('header-twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
  write('expect', ['Expect: 200-ok']),
  get('method-unknown', [], { method: 'PROPFIND' }),
  get('method-unknown', [], { method: 'TRACE' }),
  get('method-override', ['X-HTTP-Method-Override: DELETE']),
  get('method-override', ['X-Method-Override: DELETE']),
  get('method-override', [], { path: `${GET_REPO}?_method=DELETE` }),
  get('path-override', ['X-Original-URL: /user']),
  get('path-override', ['X-Rewrite-URL: /user']),
  get('token-in-query', [], { path: `${GET_REPO}?access_token=x` }),
  get('encoded-slash', [], { path: '/repos/acme%2Fapp/app' }),
  get('encoded-slash', [], { path: '/repos/acme/app%2Fcontents' }),
  get('dot-segments', [], { path: '/repos/acme/app/../payments' }),
  get('dot-segments', [], { path: '/repos/acme/app/%2e%2e/payments' }),
  get('dot-segments', [], { path: '/repos/acme//app' }),
  get('double-encoding', [], { path: '/repos/acme/a%2570p' }),
  write('body-not-json', ['Content-Type: application/json'], 'branch=main'),
  write('content-type', ['Content-Type: multipart/form-data; boundary=x']),
  write('content-type', ['Content-Type: application/json; charset=utf-16']),
  write('content-encoding', ['Content-Encoding: gzip']),
  write('json-twice', [], '{"branch":"topic/x","branch":"main"}'),
  write('json-twice', [], '{"branch":"topic/x","br\\u0061nch":"main"}'),
  write('not-utf8', [], '{"branch":"\xff"}'),
  get('body-on-get', ['Content-Length: 2'], { body: '{}' }),
];

const PREFIX = { endpoint: '/api/v3', proxy: '' } as const;

function render(sent: Sent, way: keyof typeof PREFIX, host: string): Buffer {
  const filled = (text: string): string => text.replaceAll('HOST', host);
  if (sent.raw !== undefined) return Buffer.from(filled(sent.raw), 'latin1');
  const target = sent.path ?? GET_REPO;
  const line = sent.line ?? `${sent.method ?? 'GET'} ${target.startsWith('/') ? PREFIX[way] : ''}${target} HTTP/1.1`;
  const named = 'host' in sent ? sent.host : 'HOST';
  const own = sent.headers ?? [];
  const credential = own.some((header) => header.startsWith('Authorization'))
    ? []
    : [`Authorization: token ${CREDENTIAL}`];
  const lines = [line, ...(named === undefined ? [] : [`Host: ${named}`]), ...credential, ...own].map(filled);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${sent.body ?? ''}`, 'latin1');
}

const name = (sent: Sent): string =>
  `${sent.id}: ${JSON.stringify(render(sent, 'proxy', 'HOST').toString('latin1').replace(CREDENTIAL, '...').slice(0, 90))}`;

const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

describe('requests that are refused whatever policy says', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await RunningAgent.start({ HOLDSHORT_AGENT_MAX_BODY_BYTES: '4096' });
  });
  afterEach(() => requireValidEvents(agent.sealed()));
  afterAll(() => agent.stop());
  beforeEach(() => {
    agent.events.length = 0;
    agent.reached.length = 0;
  });

  /** The refusal is in the API's form; one event has the reason; GitHub saw nothing; the connection is not used on. */
  async function expectRefused(answer: string, id: RefusedRequestId): Promise<void> {
    const { reason } = REFUSED_REQUESTS[id];
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      message: expect.stringContaining('Holdshort refused'),
      documentation_url: expect.any(String),
      holdshort: { code: reason },
    });
    await delay(20); // a second event would follow at once
    expect(agent.events.map(({ type, error }) => [type, error?.code])).toEqual([['call.refused', reason]]);
    expect(agent.reached).toEqual([]);
    expect(JSON.stringify(agent.events)).not.toContain(CREDENTIAL);
  }

  it('lets the same requests pass without what is wrong with them', async () => {
    const fine = [get('expect', []), write('expect', []), write('expect', ['Expect: 100-continue'])];
    for (const sent of fine) {
      const close = { ...sent, headers: [...(sent.headers ?? []), 'Connection: close'] };
      const answer = await exchangeBytes(
        await agent.inside('api.github.com'),
        render(close, 'proxy', 'api.github.com'),
      );
      expect(answer).toContain('HTTP/1.1 200 OK');
      expect(await exchangeBytes(agent.endpoint(), render(close, 'endpoint', '127.0.0.1'))).toContain(
        'HTTP/1.1 200 OK',
      );
    }
    expect(agent.reached.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT', 'PUT', 'PUT', 'PUT']);
    expect(agent.reached.every(({ headers }) => headers.authorization === 'Bearer ghs_test')).toBe(true);
  });

  it.each(CASES.map((sent) => [name(sent), sent] as const))('proxy: %s', async (_name, sent) => {
    const socket = await agent.inside('api.github.com');
    await expectRefused(await exchangeBytes(socket, render(sent, 'proxy', 'api.github.com')), sent.id);
  });

  it.each(CASES.map((sent) => [name(sent), sent] as const))('endpoint: %s', async (_name, sent) => {
    const bytes = render(sent, 'endpoint', `127.0.0.1:${agent.endpointPort}`);
    await expectRefused(await exchangeBytes(agent.endpoint(), bytes), sent.id);
  });

  it('refuses a Host other than CONNECT, and an SNI other than CONNECT or none', async () => {
    const plain = get('host-disagrees', []);
    const other = await exchangeBytes(await agent.inside('api.github.com'), render(plain, 'proxy', 'github.com'));
    await expectRefused(other, 'host-disagrees');
    for (const [id, sni] of [
      ['sni-disagrees', 'github.com'],
      ['sni-missing', ''],
    ] as const) {
      agent.events.length = 0;
      const socket = await agent.inside('api.github.com', sni).catch(() => undefined);
      if (socket) await expectRefused(await exchangeBytes(socket, render(plain, 'proxy', 'api.github.com')), id);
      else expect(id).toBe('sni-missing'); // no certificate without a name: the handshake itself fails
    }
  });

  it('refuses a second request before the first is answered, and answers the first', async () => {
    const one = render(get('pipelined', []), 'endpoint', '127.0.0.1').toString('latin1');
    const answer = await exchangeBytes(agent.endpoint(), one + one);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(agent.reached).toHaveLength(1);
    expect(agent.events.map(({ type }) => type).sort()).toEqual(['call.read', 'call.refused']);
  });

  it('serves one request after the other on one connection', async () => {
    const socket = agent.endpoint();
    const one = render(get('pipelined', []), 'endpoint', '127.0.0.1');
    socket.once('data', () => socket.write(one));
    const answer = await exchangeBytes(socket, one, 400);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it.each([
    ['plain-proxy', 'GET http://api.github.com/user HTTP/1.1\r\nHost: api.github.com\r\n\r\n', 400],
    ['host-userinfo', 'CONNECT u:p@github.com:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n', 403],
    ['host-disagrees', 'CONNECT 140.82.121.3:443 HTTP/1.1\r\nHost: github.com:443\r\n\r\n', 403],
    ['host-disagrees', 'CONNECT github.com:22 HTTP/1.1\r\nHost: github.com:443\r\n\r\n', 403],
    ['host-disagrees', 'CONNECT github.com:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n', 400],
  ] as const)('proxy port: %s by %j', async (_id, bytes, status) => {
    const answer = await exchangeBytes(agent.proxy(), bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(agent.events.map(({ type }) => type)).toEqual(['call.refused']);
    expect(agent.reached).toEqual([]);
  });

  it('tries every row of the table', () => {
    const elsewhere = ['host-disagrees', 'sni-disagrees', 'sni-missing', 'pipelined', 'plain-proxy'];
    const tried = new Set<string>([...CASES.map(({ id }) => id), ...elsewhere]);
    expect(Object.keys(REFUSED_REQUESTS).filter((id) => !tried.has(id))).toEqual([]);
  });
});
