// Writes docs/reference/*.md from the tables in the code. `--check` fails where a file is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { bundled } from './bundle.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');

const pages = await bundled('tools/reference/documents.ts', async (file) => {
  const { documents } = await import(pathToFileURL(file).href);
  return documents();
});

const stale = [];
for (const [name, text] of Object.entries(pages)) {
  const file = path.join(ROOT, name);
  const options = await prettier.resolveConfig(file);
  const formatted = await prettier.format(text, { ...options, filepath: file });
  let before;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    before = undefined; // the first time
  }
  if (before === formatted) continue;
  stale.push(name);
  if (check) continue;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, formatted);
}
if (stale.length > 0)
  process.stdout.write(`${check ? 'out of date, run npm run generate' : 'written'}: ${stale.join(', ')}\n`);
process.exit(check && stale.length > 0 ? 1 : 0);
