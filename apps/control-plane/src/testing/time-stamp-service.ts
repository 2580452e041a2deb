import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TimeStampService {
  url: string;
  /** Requests that it answered. */
  asked: number;
  /** Set: it answers 503. */
  isAway: boolean;
  stop(): Promise<void>;
}

/** An authority over HTTP, as RFC 3161 section 3.4 has it. @param answer DER to DER */
export async function timeStampService(answer: (request: Buffer) => Buffer): Promise<TimeStampService> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isQuery = request.method === 'POST' && request.headers['content-type'] === 'application/timestamp-query';
      if (service.isAway || !isQuery) {
        response.writeHead(service.isAway ? 503 : 400).end();
        return;
      }
      service.asked += 1;
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer(Buffer.concat(chunks)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const service: TimeStampService = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/tsr`,
    asked: 0,
    isAway: false,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return service;
}
