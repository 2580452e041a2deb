import { createHash, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { RegistryProblem, reply, requirePackages, type RegistryCall } from './registry-call.js';
import { blobPath, PACKAGE_STORAGE } from './storage.js';

const uploadKey = (id: string): string => `/uploads/${id}`;

async function sha256(source: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source as AsyncIterable<Buffer>) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

/** The blob of another image of a readable owner, without its bytes travelling. */
function mount(call: RegistryCall): boolean {
  const { world, exchange, name } = call;
  const [digest, from] = [exchange.url.searchParams.get('mount'), exchange.url.searchParams.get('from')];
  if (digest === null || from === null || !world.packages.find(from)?.blobs.has(digest)) return false;
  requirePackages({ ...call, name: from }, 'read');
  world.packages.image(name).blobs.add(digest);
  reply(exchange, 201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
  return true;
}

export function startUpload(call: RegistryCall): void {
  const { world, exchange, name } = call;
  requirePackages(call, 'write');
  if (mount(call)) return;
  const id = randomUUID();
  world.packages.uploads.set(id, name);
  reply(exchange, 202, { location: `/v2/${name}/blobs/upload/${id}`, 'docker-upload-uuid': id, range: '0-0' });
}

/** PATCH adds bytes, PUT adds the last ones and says what they must be. */
export async function continueUpload(call: RegistryCall, id: string): Promise<void> {
  const { world, exchange, name, method } = call;
  requirePackages(call, 'write');
  if (world.packages.uploads.get(id) !== name)
    throw new RegistryProblem(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
  await world.files.append(uploadKey(id), exchange.req);
  if (method === 'PUT') return finishUpload(call, id);
  const size = world.files.size(uploadKey(id)) ?? 0;
  const location = `/v2/${name}/blobs/upload/${id}`;
  reply(exchange, 202, { location, 'docker-upload-uuid': id, range: `0-${String(Math.max(0, size - 1))}` });
}

async function finishUpload({ world, exchange, name }: RegistryCall, id: string): Promise<void> {
  const wanted = exchange.url.searchParams.get('digest');
  world.packages.uploads.delete(id);
  const digest = await sha256(world.files.read(uploadKey(id)));
  if (digest !== wanted) {
    world.files.remove(uploadKey(id));
    throw new RegistryProblem(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  }
  await world.files.rename(uploadKey(id), blobPath(digest));
  world.packages.image(name).blobs.add(digest);
  reply(exchange, 201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** Bytes lie on another host, behind a signed address. */
export function serveBlob(call: RegistryCall, digest: string): void {
  const { world, exchange, name, method } = call;
  requirePackages(call, 'read');
  const size = world.packages.find(name)?.blobs.has(digest) ? world.files.size(blobPath(digest)) : null;
  if (size === null) throw new RegistryProblem(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  if (method === 'HEAD') {
    exchange.res.writeHead(200, { 'content-length': size, 'docker-content-digest': digest }).end();
    return;
  }
  const location = world.addresses.storage('GET', PACKAGE_STORAGE, blobPath(digest));
  const page = `<a href="${location}">Temporary Redirect</a>.\n`;
  reply(exchange, 307, { location, 'content-type': 'text/html; charset=utf-8' }, page);
}
