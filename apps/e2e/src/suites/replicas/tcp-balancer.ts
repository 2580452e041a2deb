import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One address before several: each connection goes to the preferred backend, or to the next that takes it. */
export class TcpBalancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Index of the backend that is tried first. */
  preferred = 0;

  private constructor(private readonly ports: readonly number[]) {
    this.server = createServer((client) => this.serve(client, 0));
  }

  static async start(ports: readonly number[]): Promise<TcpBalancer> {
    const balancer = new TcpBalancer(ports);
    await new Promise<void>((resolve) => balancer.server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket, tried: number): void {
    if (tried === this.ports.length) return void client.destroy();
    const backend = connect(this.ports[(this.preferred + tried) % this.ports.length] ?? 0, '127.0.0.1');
    const next = (): void => this.serve(client, tried + 1);
    backend.once('error', next);
    backend.once('connect', () => {
      backend.off('error', next);
      this.join(client, backend);
    });
  }

  private join(client: Socket, backend: Socket): void {
    for (const [from, to] of [
      [client, backend],
      [backend, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
