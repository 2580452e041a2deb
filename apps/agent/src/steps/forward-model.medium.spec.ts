import { createHash } from 'node:crypto';
import type http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { EventModel } from '@holdshort/audit-events';
import { requireValidEvents } from '@holdshort/testkit/events';
import { CREDENTIAL, RunningAgent } from '../test-support/running-agent.js';

const HOST = 'api.githubcopilot.com';
const PROMPT = 'Add a file, commit it and push: a-very-secret-prompt';
const COMMAND = 'git commit -m "a-very-secret-message" && git push origin HEAD';
const CALL = {
  index: 0,
  id: 'call_1',
  type: 'function',
  function: { name: 'bash', arguments: JSON.stringify({ command: COMMAND }) },
};
const EVENTS = [
  { model: 'gpt-4.1', choices: [{ index: 0, delta: { content: 'a-very-secret-answer' } }] },
  { model: 'gpt-4.1', choices: [{ index: 0, delta: { tool_calls: [CALL] }, finish_reason: 'tool_calls' }] },
  { model: 'gpt-4.1', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } },
].map((event) => `data: ${JSON.stringify(event)}\n\n`);
const STREAM = `${EVENTS.join('')}data: [DONE]\n\n`;
const REQUEST = JSON.stringify({
  model: 'gpt-4.1',
  stream: true,
  messages: [
    { role: 'user', content: PROMPT },
    { role: 'tool', tool_call_id: 'call_0', content: '[main abc1234] a-very-secret-result' },
  ],
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const sse = { 'content-type': 'text/event-stream' };

/** Reads the request to its end, then does as told. */
const answering =
  (how: (response: http.ServerResponse) => void): http.RequestListener =>
  (request, response) => {
    request.resume().once('end', () => how(response));
  };

describe('a call to a model', () => {
  let agent: RunningAgent | undefined;
  afterEach(() => agent?.stop());

  /** The bytes as the client has them, without the head, chunks put together. */
  async function call(how: (response: http.ServerResponse) => void, body: Buffer | string = REQUEST, more = '') {
    agent = await RunningAgent.start({}, { answer: answering(how) });
    const socket = await agent.inside(HOST);
    const chunks: Buffer[] = [];
    const arrived: number[] = [];
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      arrived.push(Date.now());
    });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(
      `POST /chat/completions HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${CREDENTIAL}\r\nContent-Type: application/json\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
    );
    socket.write(body);
    await closed;
    const whole = Buffer.concat(chunks);
    return { answer: whole.subarray(whole.indexOf('\r\n\r\n') + 4), arrived };
  }

  const exchange = (): EventModel => {
    const event = agent?.events.find(({ type }) => type === 'model.exchange');
    if (!event?.model) throw new Error(`no exchange in ${JSON.stringify(agent?.events)}`);
    return event.model;
  };

  it('is recorded by digests, ids and figures, and no text of it is in any event', async () => {
    const { answer } = await call((response) =>
      response.writeHead(200, { ...sse, 'content-length': STREAM.length }).end(STREAM),
    );
    expect(answer.toString()).toBe(STREAM);
    expect(exchange()).toMatchObject({
      api: 'openai-chat',
      name: 'gpt-4.1',
      prompt_sha256: sha256(PROMPT),
      answer_sha256: sha256('a-very-secret-answer'),
      complete: true,
      input_tokens: 10,
      output_tokens: 5,
      calls: [
        {
          id: 'call_1',
          name: 'bash',
          command_sha256: [sha256(COMMAND)],
          actions: [{ verb: 'git commit' }, { verb: 'git push' }],
        },
      ],
      results: [{ call_id: 'call_0', commits: ['abc1234'] }],
    });
    expect(JSON.stringify(agent?.events)).not.toContain('a-very-secret');
    requireValidEvents(agent?.sealed() ?? []);
  });

  it('passes each piece on before the next one comes', async () => {
    let waiting: (() => void) | undefined;
    const pieces = [...EVENTS, 'data: [DONE]\n\n'];
    agent = await RunningAgent.start(
      {},
      {
        answer: answering((response) => {
          response.writeHead(200, sse);
          const next = (): void => {
            const piece = pieces.shift();
            if (piece === undefined) response.end();
            else response.write(piece);
          };
          waiting = next;
          next();
        }),
      },
    );
    const socket = await agent.inside(HOST);
    let seen = '';
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // the model says its next word only once this client has had the one before
    socket.on('data', (chunk: Buffer) => {
      const before = seen.split('data: ').length;
      seen += chunk.toString();
      if (seen.split('data: ').length > before && /\n\n/.test(seen)) waiting?.();
    });
    socket.write(
      `POST /chat/completions HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${CREDENTIAL}\r\nContent-Type: application/json\r\nContent-Length: ${REQUEST.length}\r\nConnection: close\r\n\r\n${REQUEST}`,
    );
    await closed;
    expect(seen).toContain('[DONE]');
    expect(exchange()).toMatchObject({ complete: true, answer_sha256: sha256('a-very-secret-answer') });
  });

  it('is read through gzip in both directions, and passes as it came', async () => {
    const coded = gzipSync(STREAM);
    const { answer } = await call(
      (response) =>
        response.writeHead(200, { ...sse, 'content-encoding': 'gzip', 'content-length': coded.length }).end(coded),
      gzipSync(REQUEST),
      'Content-Encoding: gzip\r\n',
    );
    expect(answer.equals(coded)).toBe(true);
    expect(exchange()).toMatchObject({ prompt_sha256: sha256(PROMPT), complete: true, output_tokens: 5 });
  });

  it.each([
    ['not JSON', 'data: {\n\n', {}, { answer_unparsed: 'not_json', complete: false }],
    ['not what its header says', 'plain', { 'content-encoding': 'gzip' }, { answer_unparsed: 'encoding' }],
    ['in a coding that is not known', STREAM, { 'content-encoding': 'x' }, { answer_unparsed: 'encoding' }],
    ['an error', '{"error":"no"}', { 'content-type': 'application/json' }, { complete: false, calls: [] }],
  ])('passes an answer that is %s', async (_what, body, headers, expected) => {
    const { answer } = await call((response) =>
      response.writeHead(200, { ...sse, ...headers, 'content-length': Buffer.byteLength(body) }).end(body),
    );
    expect(answer.toString()).toBe(body);
    expect(exchange()).toMatchObject(expected);
  });

  it('passes a request that is not understood, and says why', async () => {
    const { answer } = await call(
      (response) => response.writeHead(200, { 'content-length': 2 }).end('{}'),
      '{"messages"',
    );
    expect(answer.toString()).toBe('{}');
    expect(exchange()).toMatchObject({ request_unparsed: 'not_json', results: [] });
  });

  it('refuses a WebSocket as Codex goes on to HTTP after, and nothing of it reaches the model', async () => {
    const reached: string[] = [];
    agent = await RunningAgent.start(
      {},
      {
        answer: (request, response) => {
          reached.push(`${request.method ?? ''} ${request.url ?? ''}`);
          request.resume().once('end', () => response.writeHead(200, sse).end(STREAM));
        },
      },
    );
    const said = async (head: string, body = ''): Promise<string> => {
      const socket = await agent?.inside(HOST);
      if (!socket) throw new Error('the agent does not run');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.write(`${head}\r\nHost: ${HOST}\r\nAuthorization: Bearer ${CREDENTIAL}\r\n\r\n${body}`);
      const late = setTimeout(() => socket.end(), 1_000);
      await closed;
      clearTimeout(late);
      return text;
    };
    // the opening of RFC 6455, 1.3
    const refused = await said(
      'GET /responses HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    );
    expect(refused).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(refused).toMatch(/\r\nupgrade: HTTP\/1\.1\r\n/i);
    expect(refused).toContain('The header \\"upgrade\\" is not accepted.');
    expect(reached).toEqual([]);
    const post = `POST /chat/completions HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${REQUEST.length}`;
    expect(await said(post, REQUEST)).toContain('[DONE]');
    expect(reached).toEqual(['POST /chat/completions']);
    expect(exchange()).toMatchObject({ complete: true });
  });

  it.each([
    ['before the answer is complete', EVENTS[0] ?? '', 'unknown', 'client_gone'],
    ['at the event that says that it is, as Codex does', STREAM, 'success', undefined],
  ])('is recorded when its client hangs up %s', async (_when, said, outcome, code) => {
    agent = await RunningAgent.start({}, { answer: answering((response) => response.writeHead(200, sse).write(said)) });
    const socket = await agent.inside(HOST);
    socket.once('data', () => socket.destroy());
    socket.write(
      `POST /chat/completions HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${CREDENTIAL}\r\nContent-Type: application/json\r\nContent-Length: ${REQUEST.length}\r\n\r\n${REQUEST}`,
    );
    const recorded = () => agent?.events.find(({ type }) => type === 'call.read');
    while (!recorded()) await delay(10);
    expect(recorded()?.outcome).toBe(outcome);
    expect(recorded()?.error?.code).toBe(code);
  });

  it('is recorded when its answer is cut off', async () => {
    await call((response) => {
      response.writeHead(200, sse);
      response.write(EVENTS[0], () => response.destroy());
    });
    expect(exchange()).toMatchObject({ complete: false });
  });
});
