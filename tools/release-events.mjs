// Keeps the events of a release, so that later ones are held to them: `node tools/release-events.mjs 0.2.0`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const [version = ''] = process.argv.slice(2);
const file = path.join(ROOT, `libs/audit-events/released/${version}.json`);
if (!/^\d+\.\d+\.\d+$/.test(version) || existsSync(file)) {
  process.stderr.write('usage: node tools/release-events.mjs VERSION, a version that has no events yet\n');
  process.exit(2);
}
writeFileSync(file, readFileSync(path.join(ROOT, 'docs/schemas/events/v1/event.json'), 'utf8'));
process.stdout.write(`written: ${path.relative(ROOT, file)}\n`);
