import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuthority, issueLeaf } from '@holdshort/tls';

/** PEM files of a CA of the bench's own and of a leaf for the names that the load asks for. */
export interface BenchAuthority {
  dir: string;
  ca: string;
  caKey: string;
  certificate: string;
  key: string;
}

export const SERVED_NAME = 'api.github.com';

/**
 * In a folder of its own, which peers that run under another account can enter; the caller removes it.
 * @param more names besides, that the load asks for
 */
export async function createBenchAuthority(more: readonly string[] = []): Promise<BenchAuthority> {
  const dir = await mkdtemp(path.join(tmpdir(), 'holdshort-peers-'));
  await chmod(dir, 0o755);
  const authority = await createAuthority({ commonName: 'Holdshort bench', days: 1 });
  const leaf = await issueLeaf(authority, {
    commonName: SERVED_NAME,
    names: [SERVED_NAME, 'localhost', '127.0.0.1', ...more],
    usage: ['server'],
    seconds: 86_400,
  });
  const file = async (name: string, text: string): Promise<string> => {
    const target = path.join(dir, name);
    await writeFile(target, text);
    return target;
  };
  return {
    dir,
    ca: await file('ca.pem', authority.certificate),
    caKey: await file('ca.key', authority.privateKey),
    certificate: await file('leaf.pem', leaf.certificate),
    key: await file('leaf.key', leaf.privateKey),
  };
}
