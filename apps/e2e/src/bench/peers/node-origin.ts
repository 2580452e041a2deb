import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SERVED_NAME, type BenchAuthority } from './bench-authority.js';
import { stopServer, type Way } from './peer.js';

/** The origin where nginx is not installed. It is slower, so that ratios to `direct` flatter whoever stands between. */
export async function startNodeOrigin(authority: BenchAuthority): Promise<Way> {
  const file = fileURLToPath(new URL('../static-api.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, authority.key, authority.certificate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  return {
    name: 'direct',
    host: '127.0.0.1',
    port: Number(line.value),
    servername: SERVED_NAME,
    ca: authority.ca,
    stop: () => stopServer(child),
  };
}
