import { readFileSync } from 'node:fs';
import { HoldshortError } from '@holdshort/errors';

/** How a setting's text becomes its value. `file` reads the file that the text names. */
export type SettingKind = 'text' | 'integer' | 'boolean' | 'list' | 'path' | 'file' | 'json';

export interface Setting<K extends SettingKind = SettingKind> {
  /** Environment variable, `HOLDSHORT_*`. */
  env: string;
  kind: K;
  /** Text used when the variable is unset. Without a default the setting is required. */
  default?: string;
  /** Unset and without a default gives `undefined` instead of an error. */
  optional?: boolean;
  /** What it does and why the default is what it is. */
  reason: string;
  /** Closed list of accepted texts. */
  oneOf?: readonly string[];
  /** May also be given as a file: `<env>_FILE` names it, so that the secret stands in no environment. */
  secret?: boolean;
}

export type SettingsTable = Record<string, Setting>;

type ValueOf<S extends Setting> = S['kind'] extends 'integer'
  ? number
  : S['kind'] extends 'boolean'
    ? boolean
    : S['kind'] extends 'list'
      ? string[]
      : S['kind'] extends 'json'
        ? unknown
        : S['oneOf'] extends readonly string[]
          ? S['oneOf'][number]
          : string;

export type Settings<T extends SettingsTable> = {
  readonly [K in keyof T]: T[K]['optional'] extends true ? ValueOf<T[K]> | undefined : ValueOf<T[K]>;
};

/** Keeps the literal types of a settings table. */
export const defineSettings = <const T extends SettingsTable>(table: T): T => table;

const parsers: Record<SettingKind, (text: string, setting: Setting) => unknown> = {
  text: (text) => text,
  path: (text) => text,
  file: (text) => readFileSync(text, 'utf8'),
  integer: (text, setting) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw invalid(setting, 'a whole number');
    return value;
  },
  boolean: (text, setting) => {
    if (text !== 'true' && text !== 'false') throw invalid(setting, 'true or false');
    return text === 'true';
  },
  list: (text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  json: (text, setting) => {
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw invalid(setting, 'JSON', cause);
    }
  },
};

function invalid(setting: Setting, expected: string, cause?: unknown): HoldshortError {
  return new HoldshortError('request_malformed', `${setting.env} must be ${expected}.`, {
    advice: setting.reason,
    cause,
  });
}

function secretFromFile(setting: Setting, env: NodeJS.ProcessEnv): string | undefined {
  const file = setting.secret ? env[`${setting.env}_FILE`] : undefined;
  return file === undefined || file === '' ? undefined : readFileSync(file, 'utf8').trim();
}

function readSetting(setting: Setting, env: NodeJS.ProcessEnv): unknown {
  const text = env[setting.env] ?? secretFromFile(setting, env) ?? setting.default;
  if (text === undefined || (text === '' && setting.optional)) {
    if (setting.optional) return undefined;
    throw invalid(setting, 'set');
  }
  if (setting.oneOf && !setting.oneOf.includes(text)) {
    throw invalid(setting, `one of ${setting.oneOf.join(', ')}`);
  }
  return parsers[setting.kind](text, setting);
}

/** @throws HoldshortError `request_malformed` naming the first variable that is missing or unreadable. */
export function loadSettings<const T extends SettingsTable>(
  table: T,
  env: NodeJS.ProcessEnv = process.env,
): Settings<T> {
  return Object.fromEntries(
    Object.entries(table).map(([name, setting]) => [name, readSetting(setting, env)]),
  ) as Settings<T>;
}
