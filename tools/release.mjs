// What a release consists of: the package for workspaces, what is in it (CycloneDX), and checksums of both, signed. Needs a build.
//   node tools/release.mjs FOLDER [--key KEY.pem]     an Ed25519 private key, PKCS#8 PEM: openssl genpkey -algorithm ed25519
// Checked with sha256sum -c SHA256SUMS, and openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');

const { values, positionals } = parseArgs({ options: { key: { type: 'string' } }, allowPositionals: true });
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  process.stderr.write('usage: node tools/release.mjs FOLDER [--key KEY.pem]\n');
  process.exit(2);
}

/** Read before anything is made: a release that cannot be signed is none. */
function readKey(file) {
  const key = createPrivateKey(readFileSync(file));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${file} is a key of ${key.asymmetricKeyType}, not of ed25519`);
  return key;
}

/**
 * Of the whole product, what only tests and builds need left out by npm's own mark. (`npm sbom --omit dev` of npm 11 also
 * leaves out what a dependency of a workspace shares with a development dependency of another, kafkajs among them.)
 */
function billOfMaterials(version) {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const bill = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 }));
  const isShipped = ({ properties = [] }) => !properties.some(({ name }) => name === 'cdx:npm:package:development');
  const components = bill.components.filter(isShipped);
  const shipped = new Set(components.map((part) => part['bom-ref']));
  const { 'bom-ref': root } = bill.metadata.component;
  const dependencies = bill.dependencies
    .filter(({ ref }) => ref === root || shipped.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => shipped.has(other)) }));
  // npm takes the name of the folder
  Object.assign(bill.metadata.component, { name: 'holdshort', version });
  return `${JSON.stringify({ ...bill, components, dependencies }, null, 2)}\n`;
}

const key = values.key === undefined ? undefined : readKey(values.key);
const target = path.resolve(folder);
mkdirSync(target, { recursive: true });
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const inTarget = (name) => path.join(target, name);

execFileSync(process.execPath, [path.join(ROOT, 'tools/package.mjs'), target], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const [tarball, bill] = [`holdshort-${version}.tgz`, `holdshort-${version}.cdx.json`];
writeFileSync(inTarget(bill), billOfMaterials(version));
const sums = [tarball, bill]
  .map(
    (name) =>
      `${createHash('sha256')
        .update(readFileSync(inTarget(name)))
        .digest('hex')}  ${name}\n`,
  )
  .join('');
writeFileSync(inTarget('SHA256SUMS'), sums);
if (key) writeFileSync(inTarget('SHA256SUMS.sig'), sign(null, Buffer.from(sums), key));
const made = [tarball, bill, 'SHA256SUMS', ...(key ? ['SHA256SUMS.sig'] : [])];
process.stdout.write(made.map((name) => `${inTarget(name)}\n`).join(''));
if (!key) process.stderr.write('not signed: give --key KEY.pem for a release that others are to trust\n');
