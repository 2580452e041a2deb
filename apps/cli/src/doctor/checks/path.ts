import { request } from 'node:http';
import { connect, type TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { withStack } from '../check.js';
import { error, type Finding } from '../finding.js';

const HOST = 'api.github.com';
/** Both steps are on this machine. */
const TIMEOUT_MS = 5_000;

/** A tunnel through the proxy. @throws Error with what the proxy answered */
function tunnel(proxy: URL): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const credential = Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`);
  const call = request({
    ...{ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${HOST}:443`, timeout: TIMEOUT_MS },
    headers: { host: `${HOST}:443`, 'proxy-authorization': `Basic ${credential.toString('base64')}` },
  });
  call.once('connect', (answer, socket) => {
    if (answer.statusCode === 200) resolve(socket);
    else reject(new Error(`the proxy answered ${String(answer.statusCode)}`));
    if (answer.statusCode !== 200) socket.destroy();
  });
  call.once('timeout', () => call.destroy(new Error('the proxy did not answer')));
  call.once('error', reject);
  call.end();
  return promise;
}

/** A handshake as a client would make it, with the CA of this workspace as the only one. */
async function handshake(socket: Socket, ca: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const secure: TLSSocket = connect({ socket, servername: HOST, ca }, () => {
    resolve(undefined);
  });
  secure.once('error', reject);
  secure.setTimeout(TIMEOUT_MS, () => secure.destroy(new Error('no TLS handshake')));
  try {
    await promise;
  } finally {
    secure.destroy();
  }
}

const broken = (thrown: unknown): Finding =>
  error({
    code: 'path_broken',
    what: `A client of this session cannot reach ${HOST} through HTTPS_PROXY: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
    fix: 'Repair what is found above, then open a new session.',
    command: 'eval "$(holdshort env)"',
  });

/** In a session: the way that a client takes, up to and with the TLS handshake. Nothing is asked of GitHub. */
export const checkPath = withStack(async (surroundings, { ca }) => {
  const { env, session } = surroundings;
  const proxy = env.https_proxy ?? env.HTTPS_PROXY ?? '';
  if (!session || !URL.canParse(proxy)) return [];
  try {
    await handshake(await tunnel(new URL(proxy)), surroundings.textOf(ca));
    return [];
  } catch (thrown) {
    return [broken(thrown)];
  }
});
