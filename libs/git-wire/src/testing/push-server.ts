import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';
import type { PackContents } from '../pack-contents.js';
import { readPack } from '../pack-reader.js';
import { encodePktLine, FLUSH_PKT } from '../pkt-line.js';
import { addNoThin } from '../receive-pack-advertisement.js';
import { readReceivePackCommands } from '../receive-pack-request.js';
import type { ReceivePackCommands } from '../receive-pack-request.js';
import { encodeReport, ReportStatusReader } from '../report-status.js';
import type { ObservedReport } from '../report-status.js';
import { memoryScratch } from '../scratch-space.js';
import { streamOf } from './chunks.js';

export interface SeenPush {
  commands: ReceivePackCommands;
  pack: PackContents | null;
  answer?: ObservedReport;
}

/** Smart HTTP in front of one repository: pushes are read by this library, then given to `git receive-pack` as they came. */
export class PushServer {
  readonly pushes: SeenPush[] = [];
  probes = 0;
  /** When set, refs are refused with this reason and nothing reaches git. */
  refuse: string | undefined;
  private readonly server: Server = createServer((request, response) => {
    this.handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  constructor(private readonly repository: string) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/r.git`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kind = request.method === 'GET' ? 'advertisement' : 'result';
    response.setHeader('content-type', `application/x-git-receive-pack-${kind}`);
    if (request.method === 'GET') await this.advertise(response);
    else await this.receive(request, response);
    response.end();
  }

  private async advertise(response: ServerResponse): Promise<void> {
    const git = spawn('git', ['receive-pack', '--stateless-rpc', '--advertise-refs', this.repository]);
    response.write(Buffer.concat([encodePktLine('# service=git-receive-pack\n'), FLUSH_PKT]));
    // The service line was written already; addNoThin takes an advertisement with it or without.
    for await (const chunk of addNoThin(git.stdout as AsyncIterable<Buffer>)) response.write(chunk);
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    const commands = await readReceivePackCommands(body as AsyncIterable<Buffer>);
    if (commands.probe) this.probes++;
    const scratch = memoryScratch();
    const sends = commands.commands.some(({ newId }) => !/^0+$/.test(newId));
    const pack = sends ? await readPack(commands.rest, { objectFormat: commands.objectFormat, scratch }) : null;
    const seen: SeenPush = { commands, pack };
    if (!commands.probe) this.pushes.push(seen);
    if (this.refuse !== undefined && !commands.probe) response.write(this.refusal(commands, this.refuse));
    else seen.answer = await this.forward(Buffer.concat([commands.header, scratch.bytes()]), response);
  }

  private refusal({ commands, sideband, reportStatus }: ReceivePackCommands, reason: string): Buffer {
    const results = commands.map(({ ref }) => ({ ref, ok: false as const, reason }));
    return encodeReport(commands, results, 'ok', { sideband, reportStatus });
  }

  private async forward(bytes: Buffer, response: ServerResponse): Promise<ObservedReport> {
    const git = spawn('git', ['receive-pack', '--stateless-rpc', this.repository]);
    for await (const chunk of streamOf(bytes, 65_536)) git.stdin.write(chunk);
    git.stdin.end();
    const reader = new ReportStatusReader();
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      reader.push(chunk);
      response.write(chunk);
    }
    return reader.end();
  }
}
