import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HoldshortError } from '@holdshort/errors';
import pg from 'pg';
import { findFreePort } from './free-port.js';
import { guardProcess } from './guard-process.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { placePostgresData, removeIfAbandoned, removePostgresData, type PostgresFolder } from './postgres-data.js';
import { accountToDropTo, giveTo, type Account } from './unprivileged-account.js';

export interface PostgresOptions {
  /** The server's own folder: made if absent, given to an unprivileged account when we are root. */
  dataDir: string;
  /** 0 or absent picks a free one. */
  port?: number;
  /** Default: `postgres.log` in the data folder. */
  logFile?: string;
  /** Deletes the data when the server stops. For tests. */
  temporary?: boolean;
  /** Beside its defaults, as in `postgresql.conf`. */
  settings?: Readonly<Record<string, string>>;
}

export interface PostgresServer {
  /** `postgresql://holdshort:...@127.0.0.1:PORT/DATABASE`, with its password: never log it. */
  url(database: string): string;
  readonly port: number;
  /** Of the running server; changes with `restart`. */
  readonly pid: number;
  /** Creates it, as a copy of `template` if given (22 ms), and gives its URL. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Creates it unless it is there, and gives its URL. */
  ensureDatabase(name: string): Promise<string>;
  /** Ends connections, writes a checkpoint, stops. Safe to call twice. */
  stop(): Promise<void>;
  /** What a crash looks like: SIGKILL ends it without a checkpoint. Resolves when it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again with the same data, port and password, after `stop` or `kill`. */
  restart(): Promise<void>;
}

interface Place {
  binaries: PostgresBinaries;
  account: Account | undefined;
  folder: PostgresFolder;
  logFile: string;
  settings: Readonly<Record<string, string>>;
}

interface RunningServer {
  child: ChildProcess;
  pid: number;
  gone: Promise<void>;
}

/** Cold start 1.7 s, warm 0.24 s on two cores; a loaded CI machine gets a lot more. */
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 8_000;
const PORT_ATTEMPTS = 5;
const USER = 'holdshort';

/** A real PostgreSQL, reachable on 127.0.0.1 only, with a random password. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const account = accountToDropTo();
  const folder = placePostgresData(options.dataDir, account);
  const place = {
    binaries: findPostgresBinaries(account),
    account,
    folder,
    logFile: options.logFile ?? join(folder.root, 'postgres.log'),
    settings: options.settings ?? {},
  };
  const password = await initialise(place);
  const { port, server } = await startOnPort(place, password, options.port ?? 0);
  return handle(place, server, { port, password, temporary: options.temporary ?? false });
}

/** @returns the password of the data folder, made together with it */
async function initialise(place: Place): Promise<string> {
  const { folder, account } = place;
  if (existsSync(folder.pgdata)) return readFileSync(folder.passwordFile, 'utf8');
  const password = randomBytes(24).toString('hex');
  writeFileSync(folder.passwordFile, password, { mode: 0o600 });
  giveTo(folder.passwordFile, account);
  // Made beside its place and renamed: a start that was killed half way leaves nothing that looks like data.
  const fresh = `${folder.pgdata}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const settings = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions'];
  const child = run(place, place.binaries.initdb, [
    '-D',
    fresh,
    '-U',
    USER,
    `--pwfile=${folder.passwordFile}`,
    ...settings,
  ]);
  if ((await exitCode(child)) !== 0) throw startFailure(place, 'PostgreSQL could not make its data folder.');
  renameSync(fresh, folder.pgdata);
  return password;
}

function run(place: Place, command: string, args: string[]): ChildProcess {
  const log = openSync(place.logFile, 'a', 0o600);
  try {
    // `detached`: Ctrl-C in a terminal must reach us first, so that clients stop before their database.
    return spawn(command, args, {
      ...place.account,
      cwd: place.folder.root,
      detached: true,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

const exitCode = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
    child.once('error', () => {
      resolve(127);
    });
  });

function startFailure(place: Place, message: string): HoldshortError {
  const lines = existsSync(place.logFile) ? readFileSync(place.logFile, 'utf8').trimEnd().split('\n') : [];
  return new HoldshortError('internal_error', `${message} ${lines.slice(-3).join(' ')}`.trim(), {
    advice: `Read ${place.logFile}.`,
  });
}

/** A free port can be taken between looking and listening; a port that was asked for is not replaced. */
async function startOnPort(
  place: Place,
  password: string,
  wanted: number,
): Promise<{ port: number; server: RunningServer }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wanted === 0 ? await findFreePort() : wanted;
    try {
      return { port, server: await startServer(place, password, port) };
    } catch (thrown) {
      if (wanted !== 0 || attempt === PORT_ATTEMPTS) throw thrown;
    }
  }
}

async function startServer(place: Place, password: string, port: number): Promise<RunningServer> {
  // fsync stays on: what the audit trail promises is measured on this server. 200 connections serve a stack and its tests.
  const settings = {
    ...place.settings,
    fsync: 'on',
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
  };
  const child = run(place, place.binaries.postgres, [
    '-D',
    place.folder.pgdata,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const gone = exitCode(child).then(() => undefined);
  if (child.pid === undefined) throw startFailure(place, 'PostgreSQL could not be run.');
  // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
  const guard = guardProcess(child.pid, { signal: 'INT' });
  void gone.then(() => {
    guard.release();
  });
  const server = { child, pid: child.pid, gone };
  await waitUntilReady(place, server, connectionUrl(port, password, 'postgres'));
  return server;
}

const connectionUrl = (port: number, password: string, database: string): string =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;

async function waitUntilReady(place: Place, server: RunningServer, url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (server.child.exitCode !== null || server.child.signalCode !== null) {
      throw startFailure(place, 'PostgreSQL stopped while it started.');
    }
    if (await answers(url)) return;
    await delay(20);
  }
  server.child.kill('SIGKILL');
  throw startFailure(place, `PostgreSQL was not ready after ${READY_WITHIN_MS / 1000} s.`);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    // Not listening yet, or starting up: asked again until the deadline.
    return false;
  }
}

async function stopServer(server: RunningServer, first: NodeJS.Signals): Promise<void> {
  server.child.kill(first);
  const stopped = await Promise.race([server.gone.then(() => true), delay(STOP_WITHIN_MS, false, { ref: false })]);
  if (stopped) return;
  server.child.kill('SIGQUIT');
  await Promise.race([server.gone, delay(1_000, undefined, { ref: false })]);
  server.child.kill('SIGKILL');
  await server.gone;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function withMaintenance<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

interface Identity {
  port: number;
  password: string;
  temporary: boolean;
}

function handle(place: Place, first: RunningServer, { port, password, temporary }: Identity): PostgresServer {
  let server = first;
  const url = (database: string): string => connectionUrl(port, password, encodeURIComponent(database));
  const createDatabase = async (name: string, template?: string): Promise<string> => {
    const copy = template === undefined ? '' : ` TEMPLATE ${quoted(template)}`;
    await withMaintenance(url('postgres'), (client) => client.query(`CREATE DATABASE ${quoted(name)}${copy}`));
    return url(name);
  };
  return {
    url,
    port,
    get pid() {
      return server.pid;
    },
    createDatabase,
    ensureDatabase: async (name) => {
      const found = await withMaintenance(url('postgres'), (client) =>
        client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]),
      );
      return found.rowCount === 0 ? createDatabase(name) : url(name);
    },
    stop: async () => {
      // A checkpoint takes seconds on a busy disk, and is for data that somebody will read again.
      await stopServer(server, temporary ? 'SIGQUIT' : 'SIGINT');
      if (temporary) removePostgresData(place.folder);
      else removeIfAbandoned(place.folder);
    },
    kill: async (signal) => {
      server.child.kill(signal);
      await server.gone;
    },
    restart: async () => {
      await stopServer(server, 'SIGINT');
      server = await startServer(place, password, port);
    },
  };
}
