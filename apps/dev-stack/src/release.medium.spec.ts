import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TOOL = path.join(ROOT, 'tools/release.mjs');

interface Bill {
  bomFormat: string;
  metadata: { component: { name: string } };
  components: { name: string; version: string; purl: string }[];
}

describe('a release', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'holdshort-release-'));
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(path.join(dir, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(path.join(dir, 'key.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    execFileSync(process.execPath, [TOOL, path.join(dir, 'out'), '--key', path.join(dir, 'key.pem')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }, 180_000);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const out = (name: string): string => path.join(dir, 'out', name);
  const checked = (command: string, ...args: string[]): number | null =>
    spawnSync(command, args, { cwd: path.join(dir, 'out'), stdio: 'ignore' }).status;
  const signed = (): number | null =>
    checked(
      'openssl',
      ...['pkeyutl', '-verify', '-pubin', '-inkey', path.join(dir, 'key.pub'), '-rawin'],
      ...['-in', 'SHA256SUMS', '-sigfile', 'SHA256SUMS.sig'],
    );

  it('names every package of the product, with its version, and none of its tests', () => {
    const name = readdirSync(path.join(dir, 'out')).find((file) => file.endsWith('.cdx.json')) ?? '';
    const { bomFormat, metadata, components } = JSON.parse(readFileSync(out(name), 'utf8')) as Bill;
    expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'holdshort']);
    const purls = components.map(({ purl }) => purl);
    for (const known of ['undici', 'commander', 'kafkajs', '@grpc/grpc-js', '@nestjs/core', 'react'])
      expect(purls.some((purl) => decodeURIComponent(purl).startsWith(`pkg:npm/${known}@`))).toBe(true);
    expect(components.some((part) => part.name === 'jest')).toBe(false);
  });

  it('is checked with sha256sum and openssl alone, and a changed file is found', () => {
    expect([checked('sha256sum', '--check', '--strict', 'SHA256SUMS'), signed()]).toEqual([0, 0]);
    const [tarball = ''] = readdirSync(path.join(dir, 'out')).filter((file) => file.endsWith('.tgz'));
    appendFileSync(out(tarball), 'x');
    expect(checked('sha256sum', '--check', '--strict', 'SHA256SUMS')).toBe(1);
    appendFileSync(out('SHA256SUMS'), '0  more\n');
    expect(signed()).not.toBe(0);
  });

  it('is not made where it cannot be signed', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(path.join(dir, 'other.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const ran = spawnSync(process.execPath, [TOOL, path.join(dir, 'none'), '--key', path.join(dir, 'other.pem')], {
      encoding: 'utf8',
    });
    expect(ran.status).not.toBe(0);
    expect(ran.stderr).toContain('not of ed25519');
    expect(readdirSync(dir)).not.toContain('none');
  });
});
