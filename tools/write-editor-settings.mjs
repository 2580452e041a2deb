// Writes deploy/editors from the variables of a session; a test compares the two.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { bundled } from './bundle.mjs';

const FOLDER = path.resolve(import.meta.dirname, '../deploy/editors');

await bundled('apps/cli/src/editor-settings.ts', async (file) => {
  const { vscodeSettings, devcontainerSettings } = await import(pathToFileURL(file).href);
  const files = { 'vscode/settings.json': vscodeSettings(), 'devcontainer/devcontainer.json': devcontainerSettings() };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(FOLDER, name)), { recursive: true });
    writeFileSync(
      path.join(FOLDER, name),
      await prettier.format(JSON.stringify(content), { parser: 'json', printWidth: 120 }),
    );
  }
});
