import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** One built file, as it goes out. */
export interface ConsoleFile {
  type: string;
  plain: Buffer;
  gzip: Buffer;
}

/** What a build of the console consists of; another kind of file is not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The built console: its page, and its files by name. Read once, so that no request names a path on the disk. */
export interface ConsoleFiles {
  page: string;
  assets: ReadonlyMap<string, ConsoleFile>;
}

const PAGE = 'index.html';

/** Folder of the built console: the setting, or `apps/console/dist` in a folder above the code. */
function findFolder(configured: string | undefined): string | undefined {
  if (configured !== undefined) return configured;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const candidate = join(folder, 'apps/console/dist');
    if (existsSync(join(candidate, PAGE))) return candidate;
    folder = dirname(folder);
  }
  return undefined;
}

function readAsset(path: string): [string, ConsoleFile][] {
  const type = TYPES[extname(path)];
  if (type === undefined) return [];
  const plain = readFileSync(path);
  return [[path.slice(dirname(path).length + 1), { type, plain, gzip: gzipSync(plain, { level: 9 }) }]];
}

/** @returns undefined where the console was not built: the API works without it */
export function readConsoleFiles(configured: string | undefined): ConsoleFiles | undefined {
  const folder = findFolder(configured);
  if (folder === undefined) return undefined;
  const assets = join(folder, 'assets');
  return {
    page: readFileSync(join(folder, PAGE), 'utf8'),
    assets: new Map(readdirSync(assets).flatMap((name) => readAsset(join(assets, name)))),
  };
}
