import { pipeline } from 'node:stream/promises';
import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';

/** Hosts whose addresses are their own credential. */
export const LFS_STORAGE = 'github-cloud.githubusercontent.com';
export const ASSET_STORAGE = 'release-assets.githubusercontent.com';
export const PACKAGE_STORAGE = 'pkg-containers.githubusercontent.com';

export const lfsPath = (repository: number, oid: string): string => `/alambic/media/${String(repository)}/${oid}`;
export const blobPath = (digest: string): string => `/ghcr1/blobs/${digest}`;
export const assetPath = (repository: number, asset: number): string =>
  `/github-production-release-asset/${String(repository)}/${String(asset)}`;

const problem = (exchange: Exchange, status: number, code: string): void => {
  exchange.req.resume();
  exchange.res.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
};

/** Stored bytes by signed address. As at S3, a second way to authenticate is an error. Takes what comes, unchecked. */
export async function serveStorage(world: World, exchange: Exchange): Promise<void> {
  const { req, res, host, url } = exchange;
  const method = req.method ?? '';
  if (req.headers.authorization !== undefined) {
    problem(exchange, 400, 'InvalidArgument');
    return;
  }
  if (!world.addresses.opens({ method, host, url })) {
    problem(exchange, 403, 'SignatureDoesNotMatch');
    return;
  }
  if (method === 'PUT') {
    await world.files.put(url.pathname, req);
    res.writeHead(200).end();
    return;
  }
  const size = world.files.size(url.pathname);
  if (size === null) {
    problem(exchange, 404, 'NoSuchKey');
    return;
  }
  res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  if (method === 'HEAD') res.end();
  else await pipeline(world.files.read(url.pathname), res);
}
