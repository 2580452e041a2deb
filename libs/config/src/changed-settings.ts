import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SettingsTable } from './settings.js';

const FILE = 'settings-seen.json';

interface Seen {
  /** Values of settings may be secrets, and some short: the digests are of use in this file only. */
  salt: string;
  /** Environment variable -> digest of its value. */
  values: Record<string, string>;
}

export interface ChangedSettings {
  /** Environment variables whose value is another than at the last start; at the first, those that are given. */
  changed: string[];
  isFirstStart: boolean;
  /** Remembers the values of now; called once the change is on record, so that a crash between tells it again. */
  remember: () => Promise<void>;
}

/** Compares the settings of this start with those of the last one that left its mark in `dir`. */
export async function changedSettings(
  table: SettingsTable,
  settings: Readonly<Record<string, unknown>>,
  dir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChangedSettings> {
  const file = path.join(dir, FILE);
  const before = await readSeen(file);
  const salt = before?.salt ?? randomBytes(32).toString('hex');
  const values = Object.fromEntries(
    Object.entries(table).map(([name, setting]) => [setting.env, digestOf(settings[name], salt)]),
  );
  const isOther = (variable: string): boolean =>
    before ? before.values[variable] !== values[variable] : [variable, `${variable}_FILE`].some((name) => env[name]);
  return {
    changed: Object.keys(values).filter(isOther),
    isFirstStart: before === undefined,
    remember: () => writeSeen(file, { salt, values }),
  };
}

const digestOf = (value: unknown, salt: string): string =>
  createHmac('sha256', salt)
    .update(JSON.stringify(value ?? null))
    .digest('hex');

/** A file that is missing or damaged counts as a first start: then too much is told, never too little. */
async function readSeen(file: string): Promise<Seen | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    const seen = JSON.parse(text) as Partial<Seen> | null;
    return seen?.salt && seen.values ? { salt: seen.salt, values: seen.values } : undefined;
  } catch {
    return undefined;
  }
}

async function writeSeen(file: string, seen: Seen): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(seen), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
