import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { GitProgram } from './run-git.js';

export interface BackendRequest {
  /** Folder below which `pathInfo` is looked up. */
  projectRoot: string;
  pathInfo: string;
  query: string;
  remoteUser: string;
  env?: Record<string, string>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const header = (req: IncomingMessage, name: string): string => {
  const value = req.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
};

/** The variables of RFC 3875 that git http-backend reads. */
function cgiEnvironment(git: GitProgram, req: IncomingMessage, request: BackendRequest): Record<string, string> {
  const protocol = header(req, 'git-protocol');
  return {
    ...git.env,
    ...request.env,
    GATEWAY_INTERFACE: 'CGI/1.1',
    GIT_PROJECT_ROOT: request.projectRoot,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: request.pathInfo,
    QUERY_STRING: request.query,
    REQUEST_METHOD: req.method ?? 'GET',
    CONTENT_TYPE: header(req, 'content-type'),
    REMOTE_USER: request.remoteUser,
    REMOTE_ADDR: '127.0.0.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    ...(protocol === '' ? {} : { GIT_PROTOCOL: protocol, HTTP_GIT_PROTOCOL: protocol }),
  };
}

/** Reads the CGI header block; what follows it goes back into the stream. */
async function readHead(stdout: Readable): Promise<string | null> {
  let head = Buffer.alloc(0);
  for (;;) {
    const chunk = stdout.read() as Buffer | null;
    if (chunk === null) {
      if (stdout.readableEnded || stdout.destroyed) return null;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          for (const event of ['readable', 'end', 'close']) stdout.off(event, wake);
          resolve();
        };
        for (const event of ['readable', 'end', 'close']) stdout.on(event, wake);
      });
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const rest = head.subarray(end + 4);
    if (rest.length > 0) stdout.unshift(rest);
    return head.toString('latin1', 0, end);
  }
}

function writeHead(res: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else res.setHeader(name, value);
  }
  res.writeHead(status);
}

async function feed(req: IncomingMessage, through: NodeJS.ReadWriteStream[], child: Child): Promise<void> {
  const decoded = header(req, 'content-encoding') === 'gzip' ? [createGunzip()] : [];
  try {
    await pipeline([req, ...decoded, ...through, child.stdin]);
  } catch (error) {
    // git may answer without reading everything (EPIPE); a client that went away ends git.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') child.kill();
  }
}

/**
 * Runs git http-backend (gitprotocol-http) for one request, streaming both ways: nothing is buffered, and a slow reader
 * slows git down.
 * @param through streams that the request body passes before git
 * @param back streams that git's answer passes before the client
 */
export async function serveBackend(
  git: GitProgram,
  exchange: { req: IncomingMessage; res: ServerResponse },
  request: BackendRequest,
  streams: { through?: NodeJS.ReadWriteStream[]; back?: NodeJS.ReadWriteStream[] } = {},
): Promise<void> {
  const { req, res } = exchange;
  const child = spawn('git', ['http-backend'], {
    env: cgiEnvironment(git, req, request),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  child.once('error', () => res.destroy());
  child.stderr.resume();
  res.once('close', () => child.kill());
  const fed = feed(req, streams.through ?? [], child);
  const head = await readHead(child.stdout);
  if (head === null) {
    if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' }).end('git gave no answer\n');
    await ended;
    return;
  }
  writeHead(res, head);
  try {
    await pipeline([child.stdout, ...(streams.back ?? []), res]);
  } catch {
    // The client went away; `close` above has ended git.
    child.kill();
  }
  await Promise.all([fed, ended]);
}
