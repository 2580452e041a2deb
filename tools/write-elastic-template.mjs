// Writes deploy/siem/elastic/index-template.json from the catalogue of events; a test compares the two.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { bundled } from './bundle.mjs';

const FILE = path.resolve(import.meta.dirname, '../deploy/siem/elastic/index-template.json');

const template = await bundled('tools/sigma/pack/elastic-template.ts', async (file) => {
  const { elasticTemplate } = await import(pathToFileURL(file).href);
  return elasticTemplate();
});
writeFileSync(FILE, await prettier.format(JSON.stringify(template), { parser: 'json', printWidth: 120 }));
