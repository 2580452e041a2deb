import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SocketOwners } from './socket-owners.js';

/** Opens so many connections to the port and keeps them. */
const CLIENT = `const { connect } = require('node:net'); const [, port, count] = process.argv;
for (let n = 0; n < Number(count); n += 1) connect(Number(port), '127.0.0.1');`;

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the owner of a connection', () => {
  let server: Server;
  let sockets: Socket[];
  let children: ChildProcess[];

  beforeEach(async () => {
    [sockets, children] = [[], []];
    server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const child of children) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await new Promise((resolve) => server.close(resolve));
  });

  const port = (): number => (server.address() as AddressInfo).port;

  async function client(count: number): Promise<{ pid: string; mine: Socket[] }> {
    const before = sockets.length;
    const child = spawn(process.execPath, ['-e', CLIENT, String(port()), String(count)], { stdio: 'ignore' });
    children.push(child);
    while (sockets.length < before + count) await once(server, 'connection');
    return { pid: String(child.pid), mine: sockets.slice(before) };
  }

  const ownersOf = (owners: SocketOwners, of: readonly Socket[]): Promise<(string | undefined)[]> =>
    Promise.all(of.map(({ remotePort = 0 }) => owners.pidOf(remotePort, port())));

  it('is found for each of many that were opened at once, by two processes', async () => {
    const [one, other] = [await client(100), await client(100)];
    const owners = new SocketOwners();
    const asked = [...one.mine, ...other.mine];
    const expected = asked.map((_, n) => (n < 100 ? one.pid : other.pid));
    expect(await ownersOf(owners, asked)).toEqual(expected);
    expect(await ownersOf(owners, asked.toReversed())).toEqual(expected.toReversed());
  }, 30_000);

  it('is the new one where a connection came after the last look', async () => {
    const owners = new SocketOwners();
    const one = await client(1);
    expect(await ownersOf(owners, one.mine)).toEqual([one.pid]);
    const other = await client(1);
    expect(await ownersOf(owners, other.mine)).toEqual([other.pid]);
  }, 30_000);

  it('is nobody where there is no such connection', async () => {
    expect(await new SocketOwners().pidOf(1, port())).toBeUndefined();
  });
});
