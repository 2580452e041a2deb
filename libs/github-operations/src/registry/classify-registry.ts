import { gravestClass, isRead, type Classification, type Intent, type Operation } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { isDigest, isReference, ownerOfImage } from './registry-names.js';
import { intentsOfTokenRequest } from './token-scope.js';

export interface RegistryCall {
  host: string;
  method: string;
  /** As on the wire, without query. */
  path: string;
  query?: string;
}

interface RegistryRoute {
  /** By method; what is not here is not served. */
  ids: Readonly<Record<string, string>>;
  /** What follows the image's name; the named group says what must be checked of it. */
  pattern: RegExp;
}

/** OCI distribution specification 1.1, "Endpoints". ghcr.io writes `upload` where the specification has `uploads`. */
const ROUTES: readonly RegistryRoute[] = [
  {
    ids: { GET: 'manifest-get', PUT: 'manifest-put', DELETE: 'manifest-delete' },
    pattern: /^manifests\/(?<reference>[^/]+)$/,
  },
  { ids: { GET: 'tags-list' }, pattern: /^tags\/list$/ },
  { ids: { GET: 'referrers-list' }, pattern: /^referrers\/(?<digest>[^/]+)$/ },
  { ids: { POST: 'upload-start' }, pattern: /^blobs\/uploads\/?$/ },
  {
    ids: { GET: 'upload-status', PATCH: 'upload-chunk', PUT: 'upload-finish', DELETE: 'upload-cancel' },
    pattern: /^blobs\/uploads?\/[A-Za-z0-9._~=-]{1,512}$/,
  },
  { ids: { GET: 'blob-get', DELETE: 'blob-delete' }, pattern: /^blobs\/(?<digest>[^/]+)$/ },
];

/** An upload that is given up leaves nothing that was there before: it is part of writing. */
const action = (method: string, id: string): Intent['action'] => {
  if (method === 'GET') return 'package.read';
  return method === 'DELETE' && id !== 'upload-cancel' ? 'package.delete' : 'package.write';
};

const unknown = ({ method, host, path }: RegistryCall): never =>
  refuse(
    'operation_unknown',
    `${method} ${path.slice(0, 200)} on ${host} is not a call of the container registry that Holdshort knows, and unknown calls are refused.`,
  );

const malformed = (what: string): never => refuse('request_malformed', `The path or query has ${what}.`);

const asked = (method: string): string => (method === 'HEAD' ? 'GET' : method);

function checkNames({ reference, digest }: Readonly<Record<string, string | undefined>>): void {
  if (reference !== undefined && !isReference(reference)) malformed('neither a tag nor a digest');
  if (digest !== undefined && !isDigest(digest)) malformed('no digest');
}

function routeOf(call: RegistryCall): { owner: string; id: string } {
  const [, name = '', rest = ''] = /^\/v2\/(.+?)\/((?:manifests|tags|referrers|blobs)\/.*)$/.exec(call.path) ?? [];
  const found = ROUTES.find(({ pattern }) => pattern.test(rest));
  const id = found && Object.hasOwn(found.ids, asked(call.method)) ? found.ids[asked(call.method)] : undefined;
  if (found === undefined || id === undefined) return unknown(call);
  const owner = ownerOfImage(name) ?? malformed('no image name of the form OWNER/IMAGE');
  checkNames(found.pattern.exec(rest)?.groups ?? {});
  return { owner, id };
}

/** `?mount=DIGEST&from=OTHER`: the blob comes out of another image, which is thereby read. */
function mounted(query: URLSearchParams): Intent[] {
  const from = query.getAll('from');
  if (from.length > 1 || query.getAll('mount').length > 1) malformed('two sources of one blob');
  return from.map((name) => {
    const owner = ownerOfImage(name) ?? malformed('no image name of the form OWNER/IMAGE in "from"');
    return { action: 'package.read', target: { owner, account: true } };
  });
}

function imageCall(call: RegistryCall): { id: string; intents: Intent[] } {
  const { owner, id } = routeOf(call);
  const own: Intent = { action: action(asked(call.method), id), target: { owner, account: true } };
  const query = new URLSearchParams(call.query ?? '');
  return { id, intents: [own, ...(id === 'upload-start' ? mounted(query) : [])] };
}

function described(call: RegistryCall): { id: string; intents: Intent[] } {
  const method = asked(call.method);
  if (call.host !== 'ghcr.io') return unknown(call);
  if (method === 'GET' && /^\/v2\/?$/.test(call.path))
    return { id: 'check', intents: [{ action: 'metadata.read', target: { account: true } }] };
  if (call.method === 'GET' && call.path === '/token')
    return { id: 'token', intents: intentsOfTokenRequest(new URLSearchParams(call.query ?? '')) };
  return imageCall(call);
}

function operationOf(call: RegistryCall): { operation: Operation } {
  const { id, intents } = described(call);
  const gravity = gravestClass(intents);
  const { host, method, path } = call;
  const surface = isRead({ class: gravity }) ? 'download' : 'upload';
  return { operation: { surface, id: `registry/${id}`, class: gravity, intents, method, path, host } };
}

/**
 * What a call of ghcr.io is about: the OCI distribution API and the token exchange before it. Its addresses name an
 * owner and an image but no repository (a label of the image links the two), so the owner is what policy judges.
 * Never throws.
 */
export const classifyRegistry = (call: RegistryCall): Classification => orRefusal(() => operationOf(call));
