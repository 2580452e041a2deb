import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { findFreePort } from '@holdshort/dev-services';
import type { BenchAuthority } from './bench-authority.js';
import { programNamed, startServer, stopServer, type Way } from './peer.js';

/** mitmdump as a forward proxy, printing and keeping nothing. */
export async function startMitmproxy(authority: BenchAuthority, origin: Way): Promise<Way> {
  const dir = path.join(authority.dir, 'mitmproxy');
  await mkdir(dir);
  const port = await findFreePort();
  const options = [`confdir=${dir}`, `ssl_verify_upstream_trusted_ca=${authority.ca}`, 'flow_detail=0'];
  const child = await startServer(
    [
      programNamed('mitmdump') ?? 'mitmdump',
      ...['-q', '--listen-host', '127.0.0.1', '-p', String(port)],
      ...options.flatMap((option) => ['--set', option]),
    ],
    port,
  );
  return {
    name: 'mitmproxy',
    host: '127.0.0.1',
    port,
    servername: '127.0.0.1',
    ca: path.join(dir, 'mitmproxy-ca-cert.pem'),
    proxy: { host: '127.0.0.1', port, authority: `127.0.0.1:${origin.port}` },
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    stop: () => stopServer(child),
  };
}
