import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { EventChain, type DraftOf } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { requireValidEvents } from '@holdshort/testkit/events';
import { tunnelDraft } from '../audit/tunnel-event.js';
import { passThrough } from './tunnel.js';

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

describe('a tunnel', () => {
  let received: string;
  let upstream: Server;
  let port: number;
  let entrance: Server;
  let caller: Socket;
  let client: Socket;

  beforeEach(async () => {
    received = '';
    upstream = createServer((socket) => {
      socket.on('data', (chunk) => {
        received += chunk.toString();
        socket.end('pong');
      });
      socket.on('error', () => undefined);
    });
    port = await listening(upstream);
    const arrived = Promise.withResolvers<Socket>();
    entrance = createServer((socket) => arrived.resolve(socket));
    caller = connect(await listening(entrance), '127.0.0.1');
    client = await arrived.promise;
  });
  afterEach(async () => {
    caller.destroy();
    client.destroy();
    await Promise.all([upstream, entrance].map((server) => new Promise((resolve) => server.close(resolve))));
  });

  const through = (record: (address: string) => Promise<unknown>) =>
    passThrough(
      { host: 'registry.example', address: '127.0.0.1', port },
      { client, head: Buffer.from('ping'), record },
    );

  it('is on record before the first byte passes', async () => {
    const recorded: DraftOf<'tunnel.opened'>[] = [];
    const answer = new Promise<string>((resolve) => {
      let text = '';
      caller.on('data', (chunk) => (text += chunk.toString()));
      caller.on('close', () => resolve(text));
    });
    await through(async (address) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(received).toBe('');
      recorded.push(tunnelDraft('registry.example', address));
    });
    expect(await answer).toBe('HTTP/1.1 200 Connection Established\r\n\r\npong');
    expect(received).toBe('ping');
    expect(recorded).toMatchObject([
      { type: 'tunnel.opened', target: { host: 'registry.example' }, detail: { address: '127.0.0.1' } },
    ]);
    const chain = new EventChain({ emitter: { id: 'agt_1', host: 'box', version: '1' }, tenant: 'default' });
    requireValidEvents(recorded.map((draft) => chain.append(chain.prepare(draft)).event));
  });

  it('is not opened where it cannot be recorded', async () => {
    const full = new HoldshortError('audit_unavailable', 'The audit spool is full.');
    await expect(through(() => Promise.reject(full))).rejects.toBe(full);
    expect(received).toBe('');
  });
});
