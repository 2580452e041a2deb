import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenCall {
  call: string;
  authorization: string | undefined;
  body: unknown;
}

export type Answer = [status: number, body: unknown];

/** Speaks the HTTP API of the control plane (and the agent's health) as far as a test says; remembers every call. */
export class FakeControlPlane {
  readonly calls: SeenCall[] = [];
  private readonly server: Server;

  constructor(private readonly answers: Record<string, (body: unknown, query: URLSearchParams) => Answer>) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '/', 'http://x');
    const call = `${request.method ?? ''} ${url.pathname}`;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    this.calls.push({ call, authorization: request.headers.authorization, body });
    const [status, content] = this.answers[call]?.(body, url.searchParams) ?? [
      404,
      { detail: `no ${call}`, code: 'not_found' },
    ];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }
}
