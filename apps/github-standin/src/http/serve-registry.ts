import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';
import { continueUpload, serveBlob, startUpload } from './registry-blobs.js';
import { RegistryProblem, reply, tokenOf, type RegistryCall } from './registry-call.js';
import { getManifest, listTags, putManifest } from './registry-manifests.js';

const unsupported = (): RegistryProblem => new RegistryProblem(405, 'UNSUPPORTED', 'The operation is unsupported.');

const unauthorized = (): RegistryProblem => new RegistryProblem(401, 'UNAUTHORIZED', 'authentication required');

/** Docker's token exchange: ghcr.io hands the caller's own token out again, in base64. */
function serveToken(world: World, exchange: Exchange): void {
  if (!tokenOf(world, exchange)) throw unauthorized();
  const [, pair = ''] = (exchange.req.headers.authorization ?? '').split(' ');
  const password = Buffer.from(pair, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  const body = JSON.stringify({ token: Buffer.from(password).toString('base64') });
  reply(exchange, 200, { 'content-type': 'application/json' }, body);
}

type Serve = (call: RegistryCall, name: string) => void | Promise<void>;

/** What each form of address does; what the brackets hold is the name of a manifest, an upload or a blob. */
const IMAGE_ROUTES: readonly (readonly [RegExp, Serve])[] = [
  [/^PUT manifests\/(.+)$/, putManifest],
  [/^GET manifests\/(.+)$/, getManifest],
  [/^POST blobs\/uploads\/?$/, startUpload],
  [/^(?:PATCH|PUT) blobs\/upload\/(.+)$/, continueUpload],
  [/^GET blobs\/([^/]+)$/, serveBlob],
  [/^GET tags\/list$/, listTags],
];

async function serveImage(call: RegistryCall): Promise<void> {
  // ghcr.io deletes by its REST interface only
  if (call.method === 'DELETE') throw unsupported();
  const key = `${call.method === 'HEAD' ? 'GET' : call.method} ${call.rest}`;
  for (const [pattern, serve] of IMAGE_ROUTES) {
    const match = pattern.exec(key);
    if (match) return serve(call, match[1] ?? '');
  }
  throw new RegistryProblem(501, 'UNSUPPORTED', `The GitHub stand-in does not implement ${key}`);
}

async function dispatch(world: World, exchange: Exchange): Promise<void> {
  const { req, url } = exchange;
  if (url.pathname === '/token' && req.method === 'GET') {
    serveToken(world, exchange);
    return;
  }
  if (/^\/v2\/?$/.test(url.pathname)) {
    if (!tokenOf(world, exchange)) throw unauthorized();
    reply(exchange, 200, { 'content-type': 'application/json' }, '{}');
    return;
  }
  const [, name = '', rest = ''] = /^\/v2\/(.+?)\/((?:manifests|tags|referrers|blobs)\/.*)$/.exec(url.pathname) ?? [];
  if (rest === '')
    throw new RegistryProblem(501, 'UNSUPPORTED', `The GitHub stand-in does not implement ${url.pathname}`);
  await serveImage({ world, exchange, method: req.method ?? '', name, rest });
}

function challenge({ pathname }: URL): string {
  const [, name] = /^\/v2\/(.+?)\/(?:manifests|tags|referrers|blobs)\//.exec(pathname) ?? [];
  return `Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:${name ?? 'user/image'}:pull"`;
}

/** ghcr.io: images of the organisations on which the App is installed, by the OCI distribution API. */
export async function serveRegistry(world: World, exchange: Exchange): Promise<void> {
  try {
    await dispatch(world, exchange);
  } catch (error) {
    if (!(error instanceof RegistryProblem)) throw error;
    exchange.req.resume();
    const { status, code, message } = error;
    const headers = {
      'content-type': 'application/json',
      ...(status === 401 ? { 'www-authenticate': challenge(exchange.url) } : {}),
    };
    reply(exchange, status, headers, JSON.stringify({ errors: [{ code, message }] }));
  }
}
