// Writes deploy/siem/sigma/recordings from tools/sigma/recordings/scenarios.ts; a test compares the two.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundled } from './bundle.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');

const files = await bundled('tools/sigma/recordings/recording-files.ts', async (file) => {
  const { recordingFiles } = await import(pathToFileURL(file).href);
  return recordingFiles();
});
for (const [name, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(ROOT, name)), { recursive: true });
  writeFileSync(path.join(ROOT, name), text);
}
process.stdout.write(`${Object.keys(files).length} recordings written\n`);
