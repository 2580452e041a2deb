import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importPKCS8, SignJWT } from 'jose';
import { startStandin, type Standin } from '../standin.js';

export interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Parsed body of JSON answers. */
  json: unknown;
}

export interface Call {
  host?: string;
  token?: string;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: Buffer;
  headers?: Record<string, string>;
}

/** A CONNECT proxy that leads every host to the stand-in, as a client's HTTPS_PROXY. */
function startProxy(port: number): Promise<Server> {
  const proxy = createServer();
  proxy.on('connect', (_req, client: Socket) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    // Either side may go at any time; the other goes with it.
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  return new Promise((resolve) =>
    proxy.listen(0, '127.0.0.1', () => {
      resolve(proxy);
    }),
  );
}

/** A started stand-in with real clients around it; everything is gone after `close`. */
export class Harness {
  private constructor(
    readonly standin: Standin,
    readonly folder: string,
    readonly proxy: Server,
  ) {}

  static async start(): Promise<Harness> {
    const folder = mkdtempSync(join(tmpdir(), 'standin-'));
    const standin = await startStandin({ port: 0, controlPort: 0, stateDir: join(folder, 'state') });
    writeFileSync(
      join(folder, '.gitconfig'),
      '[user]\n  name = alice\n  email = alice@example.test\n[init]\n  defaultBranch = main\n',
    );
    return new Harness(standin, folder, await startProxy(Number(new URL(standin.url).port)));
  }

  async close(): Promise<void> {
    this.proxy.closeAllConnections();
    await Promise.all([this.standin.close(), new Promise((resolve) => this.proxy.close(resolve))]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get ca(): string {
    return readFileSync(this.standin.ca, 'utf8');
  }

  async appJwt(claims: { seconds?: number; issuer?: string } = {}): Promise<string> {
    const key = await importPKCS8(readFileSync(this.standin.appKeyFile, 'utf8'), 'RS256');
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(claims.issuer ?? String(this.standin.appId))
      .setIssuedAt(now - 5)
      .setExpirationTime(now + (claims.seconds ?? 540))
      .sign(key);
  }

  /** An installation token of acme; `scope` is the body of GitHub's call. */
  async token(scope: Record<string, unknown> = {}): Promise<string> {
    const token = await this.appJwt();
    const installation = (await this.call('GET', '/orgs/acme/installation', { token })).json as { id: number };
    const path = `/app/installations/${String(installation.id)}/access_tokens`;
    const answer = await this.call('POST', path, { token, body: scope });
    if (answer.status !== 201) throw new Error(answer.text);
    return (answer.json as { token: string }).token;
  }

  call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const body = call.raw ?? (call.body === undefined ? '' : JSON.stringify(call.body));
    const headers = {
      'content-length': String(Buffer.byteLength(body)),
      host: call.host ?? 'api.github.com',
      ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
      ...call.headers,
    };
    return new Promise((resolve, reject) => {
      const req = httpsRequest(this.standin.url + path, { method, headers, ca: this.ca, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json: unknown = (res.headers['content-type'] ?? '').includes('json') ? JSON.parse(text) : null;
          resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json });
        });
      });
      req.once('error', reject);
      req.end(body);
    });
  }

  async control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.standin.control + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return (await answer.json()) as T;
  }

  /** Settings under which git reaches `host` through the proxy, with a token. */
  through(host: string, token: string): string[] {
    const { port } = this.proxy.address() as AddressInfo;
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
    return [
      ...['-c', `http.proxy=http://127.0.0.1:${String(port)}`],
      ...['-c', `http.https://${host}/.extraHeader=Authorization: Basic ${basic}`],
    ];
  }

  /** The address of a repository for git, with a token in it. */
  remote(repository: string, token?: string): string {
    const { host } = new URL(this.standin.url);
    return `https://${token === undefined ? '' : `x-access-token:${token}@`}${host}/${repository}.git`;
  }

  run(
    program: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<Ran> {
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      GIT_SSL_CAINFO: this.standin.ca,
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C.UTF-8',
      ...options.env,
    };
    const child = spawn(program, args, { cwd: options.cwd ?? this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        resolve({ status: status ?? -1, ...text });
      });
    });
  }

  git(cwd: string, ...args: string[]): Promise<Ran> {
    return this.run('git', args, { cwd });
  }

  /** The GitHub CLI as a user runs it: real host names, through a proxy. */
  gh(cwd: string, token: string, ...args: string[]): Promise<Ran> {
    const { port } = this.proxy.address() as AddressInfo;
    const env = {
      HTTPS_PROXY: `http://127.0.0.1:${String(port)}`,
      SSL_CERT_FILE: this.standin.ca,
      GH_TOKEN: token,
      GH_CONFIG_DIR: join(this.folder, 'gh'),
      GH_NO_UPDATE_NOTIFIER: '1',
      GH_PROMPT_DISABLED: '1',
      NO_COLOR: '1',
    };
    return this.run('gh', args, { cwd, env });
  }

  /** A clone of acme/app in a folder of its own. */
  async clone(repository: string, token: string, name: string): Promise<string> {
    const cloned = await this.git(this.folder, 'clone', '-q', this.remote(repository, token), name);
    if (cloned.status !== 0) throw new Error(cloned.stderr);
    return join(this.folder, name);
  }

  async commit(cwd: string, files: Record<string, string | Buffer>, message = 'A change'): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await this.run('mkdir', ['-p', join(cwd, path, '..')]);
      writeFileSync(join(cwd, path), content);
    }
    await this.git(cwd, 'add', '-A');
    const made = await this.git(cwd, 'commit', '-q', '-m', message);
    if (made.status !== 0) throw new Error(made.stdout + made.stderr);
  }
}
