import { createHash } from 'node:crypto';
import type { Package } from '../world/packages.js';
import { readBody } from './exchange.js';
import { RegistryProblem, reply, requirePackages, type RegistryCall } from './registry-call.js';

interface Descriptor {
  digest?: string;
}
interface Manifest {
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
}

function parsed(bytes: Buffer): Manifest {
  try {
    return JSON.parse(bytes.toString('utf8')) as Manifest;
  } catch {
    throw new RegistryProblem(400, 'MANIFEST_INVALID', 'manifest invalid');
  }
}

/** All that a manifest names must be there before it. */
function checkParts(image: Package, { config, layers = [], manifests = [] }: Manifest): void {
  for (const { digest = '' } of [...(config ? [config] : []), ...layers])
    if (!image.blobs.has(digest)) throw new RegistryProblem(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown: ${digest}`);
  for (const { digest = '' } of manifests)
    if (!image.manifests.has(digest)) throw new RegistryProblem(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
}

export async function putManifest(call: RegistryCall, reference: string): Promise<void> {
  const { world, exchange, name } = call;
  requirePackages(call, 'write');
  const bytes = await readBody(exchange.req);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (reference.includes(':') && reference !== digest)
    throw new RegistryProblem(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
  const image = world.packages.image(name);
  checkParts(image, parsed(bytes));
  const type = exchange.req.headers['content-type'] ?? 'application/vnd.oci.image.manifest.v1+json';
  image.manifests.set(digest, { type, bytes });
  if (!reference.includes(':')) image.tags.set(reference, digest);
  reply(exchange, 201, { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest });
}

export function getManifest(call: RegistryCall, reference: string): void {
  const { world, exchange, name, method } = call;
  requirePackages(call, 'read');
  const image = world.packages.find(name);
  const digest = image?.tags.get(reference) ?? reference;
  const found = image?.manifests.get(digest);
  if (!found) throw new RegistryProblem(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const headers = { 'content-type': found.type, 'docker-content-digest': digest, 'content-length': found.bytes.length };
  exchange.res.writeHead(200, headers).end(method === 'HEAD' ? undefined : found.bytes);
}

export function listTags(call: RegistryCall): void {
  requirePackages(call, 'read');
  const image = call.world.packages.find(call.name);
  if (!image) throw new RegistryProblem(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  const body = JSON.stringify({ name: call.name, tags: [...image.tags.keys()].sort() });
  reply(call.exchange, 200, { 'content-type': 'application/json' }, body);
}
