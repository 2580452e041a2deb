import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SignIns } from './sign-ins.js';
import { FakeControlPlane } from './test-support/fake-control-plane.js';

const CREDENTIAL = 'ghu_holdshort_0123456789abcdefghijklmnopqrstuv';

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

describe('holdshort run, as a process', () => {
  let scratch: string;
  let cli: string;
  let controlPlane: FakeControlPlane;
  let url: string;
  let proxy: Server;
  let heard: string[];

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'holdshort-run-'));
    cli = join(scratch, 'cli.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
      ...{ outfile: cli, bundle: true, platform: 'node', format: 'esm', conditions: ['@holdshort/source'] },
      banner: {
        js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
      },
    });
    writeFileSync(join(scratch, 'ca.pem'), 'WORKSPACE CA\n');
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  beforeEach(async () => {
    controlPlane = new FakeControlPlane({
      'GET /healthz': () => [200, { status: 'ok', agent_id: 'agt_1' }],
      'POST /api/v1/sessions': () => [
        201,
        { id: 'ses_1', credential: CREDENTIAL, expires_at: 'x', human: { login: 'alice' }, assistant: 'copilot' },
      ],
      'DELETE /api/v1/sessions/ses_1': () => [200, { id: 'ses_1', ended_at: 'x' }],
    });
    url = await controlPlane.start();
    heard = [];
    // Hears how a client introduces itself to the agent's proxy, and refuses it.
    proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data: Buffer) => {
        heard.push(data.toString('latin1'));
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    new SignIns(join(scratch, 'home')).set(url, {
      token: 'hst_secret',
      expires_at: '2999-01-01T00:00:00Z',
      human: { login: 'alice' },
    });
  });
  afterEach(async () => {
    await controlPlane.stop();
    await new Promise((resolve) => proxy.close(resolve));
  });

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    HOME: join(scratch, 'user'),
    HOLDSHORT_HOME: join(scratch, 'home'),
    HOLDSHORT_CONTROL_PLANE_URL: url,
    HOLDSHORT_AGENT_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    HOLDSHORT_AGENT_ENDPOINT: 'http://127.0.0.1:1',
    HOLDSHORT_AGENT_ADMIN: url,
    HOLDSHORT_AGENT_CA: join(scratch, 'ca.pem'),
    ...more,
  });

  function start(args: string[], more: Record<string, string> = {}) {
    const child = spawn(process.execPath, [cli, 'run', ...args], {
      env: environment(more),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const finished = new Promise<Finished>((resolve) => {
      child.once('close', (code) => {
        resolve({ code, ...output });
      });
    });
    return { child, output, finished };
  }

  const calls = (): string[] => controlPlane.calls.map(({ call }) => call);

  it('opens a session at the local agent, hands on output and exit code, and leaves nothing behind', async () => {
    const { code, stdout } = await start([
      '--assistant',
      'copilot',
      '--',
      'sh',
      '-c',
      'cat "$SSL_CERT_FILE" "$NODE_EXTRA_CA_CERTS" "$(git config --get-urlmatch http.sslCAInfo https://github.com/acme/app.git)"; exit 7',
    ]).finished;
    expect(code).toBe(7);
    expect(stdout.match(/WORKSPACE CA/g)).toHaveLength(3);
    expect(controlPlane.calls).toEqual([
      { call: 'GET /healthz', authorization: undefined, body: undefined },
      {
        call: 'POST /api/v1/sessions',
        authorization: 'Bearer hst_secret',
        body: { assistant: 'copilot', agent_id: 'agt_1', command: 'sh' },
      },
      { call: 'DELETE /api/v1/sessions/ses_1', authorization: 'Bearer hst_secret', body: undefined },
    ]);
    expect(readdirSync(join(scratch, 'home', 'sessions'))).toEqual([]);
  });

  it('marks a person who works without an assistant', async () => {
    await start(['--human', '--', 'true']).finished;
    expect(controlPlane.calls[1]?.body).toEqual({ human: true, agent_id: 'agt_1', command: 'true' });
  });

  it('closes the session where the command cannot be run', async () => {
    const { code, stderr } = await start(['--', '/no/such/command']).finished;
    expect([code, stderr]).toEqual([1, 'holdshort: /no/such/command cannot be run.\nCheck the command after `--`.\n']);
    expect(calls().at(-1)).toBe('DELETE /api/v1/sessions/ses_1');
  });

  it('hands a signal to the command, waits for it, and closes the session', async () => {
    const run = start(['--', 'sh', '-c', 'trap "echo cleaned; exit 3" TERM; echo up; while :; do sleep 0.05; done']);
    while (!run.output.stdout.includes('up')) await delay(20);
    run.child.kill('SIGTERM');
    expect(await run.finished).toMatchObject({ code: 3, stdout: 'up\ncleaned\n' });
    expect(calls().at(-1)).toBe('DELETE /api/v1/sessions/ses_1');
  });

  it('reports a command that a signal ended as shells do', async () => {
    expect((await start(['--', 'sh', '-c', 'kill -9 $$']).finished).code).toBe(137);
  });

  it('does not run the command where nobody is signed in', async () => {
    const { code, stderr } = await start(['--', 'sh', '-c', 'echo ran'], {
      HOLDSHORT_HOME: join(scratch, 'other-home'),
    }).finished;
    expect([code, stderr]).toEqual([
      1,
      `holdshort: Nobody is signed in at ${url}.\nSign in with \`holdshort login\`.\n`,
    ]);
    expect(existsSync(join(scratch, 'other-home', 'sessions'))).toBe(false);
  });

  it("leads git to the agent with the session credential, past the user's helpers, headers, proxies and ssh", async () => {
    const user = join(scratch, 'user');
    mkdirSync(user, { recursive: true });
    const trap = join(user, 'asked');
    const settings: [string, string][] = [
      ['credential.helper', `!touch ${trap};`],
      ['credential.https://github.com.helper', `!touch ${trap};`],
      ['http.https://github.com/.extraheader', 'Authorization: basic gho_real'],
      ['http.proxy', 'http://127.0.0.1:9'],
    ];
    for (const [key, value] of settings)
      execFileSync('git', ['config', '--global', key, value], { env: { PATH: process.env.PATH ?? '', HOME: user } });
    const before = readFileSync(join(user, '.gitconfig'), 'utf8');
    for (const remote of [
      'https://github.com/acme/app.git',
      'git@github.com:acme/app.git',
      'ssh://git@github.com/acme/app.git',
    ]) {
      const { code } = await start(['--', 'git', 'ls-remote', remote], {
        GIT_ASKPASS: '/bin/false',
        GIT_CONFIG_NOSYSTEM: '1',
      }).finished;
      expect(code).toBe(128);
    }
    const basic = Buffer.from(`holdshort:${CREDENTIAL}`).toString('base64');
    expect(heard).toHaveLength(3);
    for (const request of heard) {
      expect(request).toMatch(/^CONNECT github.com:443 HTTP\/1.1\r\n/);
      expect(request).toContain(`Proxy-Authorization: Basic ${basic}\r\n`);
    }
    expect(existsSync(trap)).toBe(false);
    expect(readFileSync(join(user, '.gitconfig'), 'utf8')).toBe(before);
  });
});
