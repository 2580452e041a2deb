import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import type https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { CORRELATION_HEADER } from '../exchange/exchange.js';
import { parserRefusal, rawRefusal, recordUnrouted } from '../respond/unreadable-refusal.js';
import type { Answers } from './framing.js';
import { onlyHeadsAreTimed } from './server-limits.js';

/** Options of every HTTP server here: the strict parser, and requests without Host reach our own check (and record). */
export const STRICT_HTTP = { insecureHTTPParser: false, requireHostHeader: false, maxHeaderSize: 16_384 } as const;

/** The connection ended or failed; there is nobody to answer and nothing was asked. */
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What all HTTP servers of the agent do with requests that node would answer, or drop, without a record. */
export function guardServer(server: http.Server | https.Server, answers: Answers, agent: AgentContext): void {
  onlyHeadsAreTimed(server);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (socket.destroyed || GONE.has(error.code ?? '')) socket.destroy();
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
      socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
    else refuseUnreadable(socket, parserRefusal(error.code), answers, agent);
  });
  server.on('checkExpectation', (request: http.IncomingMessage, response: http.ServerResponse) => {
    server.emit('request', request, response); // refused by framingProblem, with a record
  });
}

/** CONNECT where no tunnel is opened. */
export function refuseInnerConnect(server: http.Server | https.Server, answers: Answers, agent: AgentContext): void {
  server.on('connect', (_request: http.IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const error = new HoldshortError('request_malformed', 'CONNECT is answered by the proxy port only.');
    refuseUnreadable(socket, error, answers, agent);
  });
}

function refuseUnreadable(socket: Duplex, error: HoldshortError, answers: Answers, agent: AgentContext): void {
  const open = answers.underWay(socket);
  if (open) breakOff(open, socket, error);
  else {
    const correlationId = randomUUID();
    recordUnrouted(agent, error, correlationId);
    socket.end(rawRefusal(error, correlationId));
  }
}

/** The body of a call under way is broken: its own pipeline ends with this reason, and records it. */
function breakOff(open: http.ServerResponse, socket: Duplex, error: HoldshortError): void {
  const stop = (): void => {
    open.req.destroy(error);
    socket.destroy();
  };
  if (open.headersSent || open.socket !== socket || !(socket instanceof Socket)) {
    stop();
    return;
  }
  open.detachSocket(socket); // two answers would be one too many
  socket.write(rawRefusal(error, String(open.getHeader(CORRELATION_HEADER))), stop);
}
