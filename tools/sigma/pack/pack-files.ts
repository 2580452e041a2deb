import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPE_NAMES } from '@holdshort/audit-events';
import { catalogueFields } from './catalogue-fields.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface PackFile {
  /** Path in the repository. */
  name: string;
  text: string;
}

/** What is handed to operators of SIEMs and stores, without the Sigma rules and their recordings. */
export const packFiles = (): PackFile[] =>
  ['deploy/siem', 'deploy/analytics']
    .flatMap((base) =>
      readdirSync(`${ROOT}${base}`, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(ROOT.length)),
    )
    .filter((name) => !/^deploy\/siem\/sigma\/(recordings\/|[^/]+\.yml$)/.test(name))
    .map((name) => packFile(name));

export const packFile = (name: string): PackFile => ({ name, text: readFileSync(`${ROOT}${name}`, 'utf8') });

const fields = new Set(EVENT_TYPE_NAMES.flatMap((type) => [...catalogueFields(type).keys()]));

/** Every field of any type of event. */
export const allFields = (): ReadonlySet<string> => fields;

/** Heads of dotted words that are taken for a field or a type of event. */
const HEADS = new Set([
  ...[...fields].filter((path) => path.includes('.')).map((path) => path.split('.')[0] ?? ''),
  ...EVENT_TYPE_NAMES.map((type) => type.split('.')[0] ?? ''),
]);
const TYPES: ReadonlySet<string> = new Set(EVENT_TYPE_NAMES);

const TOPICS = /holdshort\.audit\.[a-z]+\.v\d+/g;

/**
 * Dotted words in a text of any syntax that look like a field or a type of event and are neither: `human.nick`,
 * `agent.vanished`. Splunk's `push{}.kind` and what stands below `holdshort.` count as the catalogue's.
 */
export function unknownWords(text: string): string[] {
  const words = text.replace(TOPICS, '').match(/(?<![\w./$@-])[a-z_]+(\{\})?(\.[a-z_]+(\{\})?)+(?![\w/(-])/g) ?? [];
  const plain = words.map((word) => word.replaceAll('{}', '').replace(/^(holdshort|Event)\./, ''));
  return plain.filter((word) => {
    const [head = ''] = word.split('.');
    return HEADS.has(head) && word.includes('.') && !fields.has(word) && !TYPES.has(word);
  });
}
