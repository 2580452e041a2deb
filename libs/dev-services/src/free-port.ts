import { createServer } from 'node:net';
import { HoldshortError } from '@holdshort/errors';

/** A TCP port of 127.0.0.1 that was free a moment ago. Whoever uses it must be ready to find it taken. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0);
  return port;
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

/**
 * @param setting what the reader changes to get another port, e.g. `HOLDSHORT_HTTP_PORT`
 * @throws HoldshortError `conflict` naming port and setting where something listens on it
 */
export async function requireFreePort(port: number, purpose: string, setting: string): Promise<void> {
  if (port === 0) return;
  try {
    await listenOnce(port);
  } catch (cause) {
    throw new HoldshortError('conflict', `Port ${port} (${purpose}) is in use on 127.0.0.1.`, {
      advice: `Stop what uses it, or choose another port with ${setting} (0 picks a free one).`,
      cause,
    });
  }
}
