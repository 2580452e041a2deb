import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { giveTo, isReachableBy, type Account } from './unprivileged-account.js';

/** Where one PostgreSQL keeps its files. */
export interface PostgresFolder {
  /** Holds `pgdata` and `password`. */
  root: string;
  pgdata: string;
  passwordFile: string;
}

const PREFIX = 'holdshort-pgdata-';
const ORIGIN = 'origin';

/** Survives a reboot where the platform has such a place. */
const stateRoot = (): string => (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());

const describeFolder = (root: string): PostgresFolder => ({
  root,
  pgdata: join(root, 'pgdata'),
  passwordFile: join(root, 'password'),
});

function serverIsAlive(pgdata: string): boolean {
  try {
    process.kill(Number(readFileSync(join(pgdata, 'postmaster.pid'), 'utf8').split('\n')[0]), 0);
    return true;
  } catch {
    // No pid file, or nobody of that number.
    return false;
  }
}

/** Removes relocated data whose requested folder is gone: a temporary folder that its owner deleted. */
function sweepAbandoned(root: string): void {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = describeFolder(join(root, name));
    const origin = join(folder.root, ORIGIN);
    const abandoned = existsSync(origin) && !existsSync(readFileSync(origin, 'utf8'));
    if (abandoned && !serverIsAlive(folder.pgdata)) rmSync(folder.root, { recursive: true, force: true });
  }
}

/** A folder of root's own making, so that nobody else can have put something there first. */
function relocate(requested: string, account: Account): PostgresFolder {
  sweepAbandoned(stateRoot());
  mkdirSync(requested, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(resolve(requested)).digest('hex').slice(0, 24);
  const root = join(stateRoot(), `${PREFIX}${name}`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const owner = statSync(root).uid;
  if (owner !== 0 && owner !== account.uid) throw new Error(`${root} belongs to somebody else`);
  giveTo(root, account);
  writeFileSync(join(root, ORIGIN), resolve(requested), { mode: 0o600 });
  writeFileSync(join(requested, 'moved-to'), `${root}\n`);
  return describeFolder(root);
}

/**
 * Prepares `requested` for a server that runs as `account`. A folder below one that the account may not pass (a
 * checkout under /root, a folder of mktemp -d) cannot be used: then the data lives in `/var/tmp`, under a name that
 * follows from the requested one, and `moved-to` in the requested folder says where.
 */
export function placePostgresData(requested: string, account: Account | undefined): PostgresFolder {
  mkdirSync(dirname(resolve(requested)), { recursive: true });
  if (account !== undefined && !isReachableBy(requested, account)) {
    return relocate(requested, account);
  }
  mkdirSync(requested, { recursive: true, mode: 0o700 });
  giveTo(requested, account);
  chmodSync(requested, 0o700);
  return describeFolder(resolve(requested));
}

/** Deletes the data, and what `relocate` put elsewhere. */
export function removePostgresData(folder: PostgresFolder): void {
  rmSync(folder.root, { recursive: true, force: true });
}

/** Removes relocated data whose requested folder was deleted while the server ran. */
export function removeIfAbandoned(folder: PostgresFolder): void {
  const origin = join(folder.root, ORIGIN);
  if (existsSync(origin) && !existsSync(readFileSync(origin, 'utf8'))) removePostgresData(folder);
}
