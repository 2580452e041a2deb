import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { HoldshortError } from '@holdshort/errors';

const NAME = 'lock';
/** Locks of this very process: its own pid in a lock file proves nothing in a container, where every boot is pid 1. */
const heldHere = new Set<string>();

interface Holder {
  pid: number;
  /** Start time of the process in clock ticks since boot, and which boot; empty where the system does not tell. */
  started: string;
  boot: string;
}

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
};

/** Field 22 of proc(5) stat; the name before it, in parentheses, may hold spaces. */
const startOf = (pid: number): string => {
  const stat = readOr(`/proc/${pid}/stat`, '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const bootId = (): string => readOr('/proc/sys/kernel/random/boot_id', '').trim();

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (heldHere.has(path)) return true;
  if (holder.boot !== bootId() || !exists(holder.pid)) return false;
  if (holder.pid === process.pid && holder.started === '') return false;
  return holder.started === startOf(holder.pid) && (holder.pid !== process.pid || heldHere.has(path));
}

/** Creates the lock with its content in one step, so that no reader ever sees half of it. */
async function tryCreate(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves the stale lock away; gives it back where someone else replaced it in between. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/**
 * Takes the folder for this process; a lock whose process is dead is taken over.
 * @returns what gives it back
 * @throws HoldshortError `audit_unavailable` where another process has it
 */
export async function lockFolder(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, NAME);
  const own = JSON.stringify({ pid: process.pid, started: startOf(process.pid), boot: bootId(), id: randomUUID() });
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await tryCreate(path, own)) {
      heldHere.add(path);
      return () => releaseLock(path);
    }
    const text = await readFile(path, 'utf8').catch(() => '');
    const holder = parseHolder(text);
    if (holder && isAlive(holder, path)) throw lockedBy(holder.pid);
    if (text !== '') await takeAway(path, text);
  }
  throw lockedBy(undefined);
}

/** The process that has the folder now; undefined where none lives. */
export async function folderHolder(dir: string): Promise<number | undefined> {
  const path = join(dir, NAME);
  const holder = parseHolder(await readFile(path, 'utf8').catch(() => ''));
  return holder && isAlive(holder, path) ? holder.pid : undefined;
}

async function releaseLock(path: string): Promise<void> {
  heldHere.delete(path);
  await rm(path, { force: true });
}

const lockedBy = (pid: number | undefined): HoldshortError =>
  new HoldshortError(
    'audit_unavailable',
    `The audit spool is in use by another process${pid === undefined ? '' : ` (pid ${pid})`}.`,
    {
      advice: 'Give each process its own state folder, or stop the other one.',
    },
  );
