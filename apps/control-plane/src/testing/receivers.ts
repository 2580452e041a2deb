import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** One delivery as a receiver got it. */
export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Something real that notices are sent to, on loopback. */
export interface Receiver {
  url: string;
  received: Received[];
  /** Refuses the next N deliveries, as a receiver that is down does. */
  failNext: number;
  stop(): Promise<void>;
}

export interface HttpReceiver extends Receiver {
  /** What it answers with 200, or `{ status, json }`; a function of the request. */
  answer: (request: Received) => unknown;
  /** Set: every request is sent on to there. */
  redirectTo?: string;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

const isStatus = (answer: unknown): answer is { status: number; json: unknown } =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'json');

export async function httpReceiver(): Promise<HttpReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const got = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      if (receiver.failNext > 0) {
        receiver.failNext -= 1;
        response.writeHead(503).end('not now');
        return;
      }
      if (receiver.redirectTo !== undefined) {
        response.writeHead(302, { location: receiver.redirectTo }).end();
        return;
      }
      receiver.received.push(got);
      const answer = receiver.answer(got);
      const { status, json } = isStatus(answer) ? answer : { status: 200, json: answer };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });
  const port = await listen(server);
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${String(port)}`,
    received: [],
    failNext: 0,
    answer: () => ({}),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

export async function smtpReceiver(): Promise<Receiver> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      username === 'holdshort' && password === 'mail-password'
        ? done(null, { user: username })
        : done(new Error('who?')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (receiver.failNext > 0) {
          receiver.failNext -= 1;
          done(new Error('not now'));
          return;
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join(' ');
        receiver.received.push({ method: 'DATA', path: to, headers: {}, body: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  const port = await listen(server.server as unknown as Server);
  const receiver: Receiver = {
    url: `smtp://holdshort:mail-password@127.0.0.1:${String(port)}`,
    received: [],
    failNext: 0,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return receiver;
}
