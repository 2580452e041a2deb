#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = new URL('../dist/bundle/holdshort.mjs', import.meta.url);
if (!existsSync(fileURLToPath(entry))) {
  process.stderr.write('holdshort is not built yet. Run: npm run build\n');
  process.exit(2);
}
await import(entry.href);
