import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { issueLeaf } from '@holdshort/tls';
import { WorkspaceCa } from './workspace-ca.js';

/** What a client that trusts only the workspace CA sees of a server with this context and name. */
async function handshake(context: tls.SecureContext, host: string, ca: string): Promise<string> {
  const server = tls.createServer({ SNICallback: (_name, callback) => callback(null, context) }, (socket) =>
    socket.end(),
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<string>((resolve) => {
      const client = tls.connect({ host: '127.0.0.1', port, servername: host, ca }, () => {
        resolve('trusted');
        client.end();
      });
      client.once('error', (error) => resolve(error.message));
    });
  } finally {
    server.close();
  }
}

describe('WorkspaceCa', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'holdshort-ca-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it.each(['github.com', 'api.github.com', 'raw.githubusercontent.com', 'api.business.githubcopilot.com'])(
    'vouches for %s',
    async (host) => {
      const ca = await WorkspaceCa.open(dir, 'ws');
      expect(await handshake(await ca.secureContext(host), host, await readFile(ca.caFile, 'utf8'))).toBe('trusted');
    },
  );

  it('cannot vouch for any other host, even with its stolen key', async () => {
    const ca = await WorkspaceCa.open(dir, 'ws');
    const certificate = await readFile(ca.caFile, 'utf8');
    const privateKey = await readFile(path.join(dir, 'ca.key'), 'utf8');
    for (const host of ['example.com', 'evilgithub.com', 'registry.npmjs.org']) {
      const forged = await issueLeaf(
        { certificate, privateKey, chain: [] },
        { commonName: host, names: [host], usage: ['server'], seconds: 3600 },
      );
      const context = tls.createSecureContext({
        key: forged.privateKey,
        cert: `${forged.certificate}\n${certificate}`,
      });
      expect(await handshake(context, host, certificate)).toContain('permitted subtree violation');
    }
  });

  it('keeps its key to itself and is the same after a restart', async () => {
    const first = await WorkspaceCa.open(dir, 'ws');
    const before = await readFile(first.caFile, 'utf8');
    const again = await WorkspaceCa.open(dir, 'ws');
    expect(await readFile(again.caFile, 'utf8')).toBe(before);
    expect((await stat(path.join(dir, 'ca.key'))).mode & 0o777).toBe(0o600);
  });
});
