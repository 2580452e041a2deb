import { classifyRegistry } from './classify-registry.js';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const ROWS: [line: string, expected: string][] = [
  ['GET /v2/', 'download registry/check metadata.read'],
  ['HEAD /v2', 'download registry/check metadata.read'],
  ['GET /token', 'download registry/token metadata.read'],
  ['GET /token?service=ghcr.io&scope=repository:user/image:pull', 'download registry/token metadata.read'],
  ['GET /token?service=ghcr.io&scope=repository:acme/app:pull', 'download registry/token package.read acme'],
  [
    'GET /token?scope=repository%3Aacme%2Fapp%3Apull%2Cpush&scope=repository:other/base:pull',
    'upload registry/token package.read acme package.write acme package.read other',
  ],
  [
    'GET /token?scope=repository:acme/a:pull%20repository:other/b:delete',
    'upload registry/token package.read acme package.delete other',
  ],
  ['GET /token?service=docker.io', 'request_malformed'],
  ['GET /token?service=ghcr.io&service=ghcr.io', 'request_malformed'],
  ['GET /token?scope=repository:acme/app:*', 'request_malformed'],
  ['GET /token?scope=repository:acme/app:pull,admin', 'request_malformed'],
  ['GET /token?scope=repository:acme/app:constructor', 'request_malformed'],
  ['GET /token?scope=registry:catalog:*', 'request_malformed'],
  ['POST /token', 'operation_unknown'],
  ['GET /v2/acme/app/manifests/latest', 'download registry/manifest-get package.read acme'],
  [`HEAD /v2/acme/app/tools/x/manifests/${DIGEST}`, 'download registry/manifest-get package.read acme'],
  ['PUT /v2/acme/app/manifests/v1', 'upload registry/manifest-put package.write acme'],
  [`DELETE /v2/acme/app/manifests/${DIGEST}`, 'upload registry/manifest-delete package.delete acme'],
  ['GET /v2/acme/app/tags/list?n=5', 'download registry/tags-list package.read acme'],
  [`GET /v2/acme/app/referrers/${DIGEST}`, 'download registry/referrers-list package.read acme'],
  [`GET /v2/acme/app/blobs/${DIGEST}`, 'download registry/blob-get package.read acme'],
  [`DELETE /v2/acme/app/blobs/${DIGEST}`, 'upload registry/blob-delete package.delete acme'],
  ['POST /v2/acme/app/blobs/uploads/', 'upload registry/upload-start package.write acme'],
  [
    `POST /v2/acme/app/blobs/uploads/?mount=${DIGEST}&from=other/base`,
    'upload registry/upload-start package.write acme package.read other',
  ],
  ['PATCH /v2/acme/app/blobs/upload/1.3f-a', 'upload registry/upload-chunk package.write acme'],
  [`PUT /v2/acme/app/blobs/uploads/3fa?digest=${DIGEST}`, 'upload registry/upload-finish package.write acme'],
  ['GET /v2/acme/app/blobs/uploads/3fa', 'download registry/upload-status package.read acme'],
  ['DELETE /v2/acme/app/blobs/uploads/3fa', 'upload registry/upload-cancel package.write acme'],
  ['GET /v2/_catalog', 'operation_unknown'],
  ['POST /v2/acme/app/manifests/v1', 'operation_unknown'],
  ['PUT /v2/acme/app/tags/list', 'operation_unknown'],
  ['OPTIONS /v2/', 'operation_unknown'],
  ['GET /', 'operation_unknown'],
  ['GET /v2/app/manifests/latest', 'request_malformed'],
  ['GET /v2/Acme/app/manifests/latest', 'request_malformed'],
  ['GET /v2/acme/../other/manifests/latest', 'request_malformed'],
  ['GET /v2/acme/%2e%2e/manifests/latest', 'request_malformed'],
  ['GET /v2/acme%2Fapp/x/manifests/latest', 'request_malformed'],
  ['GET /v2/acme//app/manifests/latest', 'request_malformed'],
  ['GET /v2/acme/app/manifests/a%2Fb', 'request_malformed'],
  ['GET /v2/acme/app/blobs/latest', 'request_malformed'],
  [`GET /v2/acme/manifests/manifests/${DIGEST}`, 'operation_unknown'],
  [`POST /v2/acme/app/blobs/uploads/?from=a/b&from=c/d&mount=${DIGEST}`, 'request_malformed'],
  ['POST /v2/acme/app/blobs/uploads/?from=app', 'request_malformed'],
];

function parts(line: string) {
  const [method = '', address = ''] = line.split(' ');
  const [path = '', query = ''] = address.split('?');
  return { host: 'ghcr.io', method, path, query };
}

describe('classifyRegistry', () => {
  it.each(ROWS)('%s', (line, expected) => {
    const result = classifyRegistry(parts(line));
    if ('refusal' in result) {
      expect(result.refusal.code).toBe(expected);
      return;
    }
    const { surface, id, intents } = result.operation;
    const seen = intents.map(({ action, target }) => [action, target.owner].filter(Boolean).join(' '));
    expect(`${surface} ${id} ${seen.join(' ')}`).toBe(expected);
    expect(intents.every(({ target }) => target.account === true && target.repo === undefined)).toBe(true);
  });

  it('serves no other host, and says host and path', () => {
    const call = { ...parts('GET /v2/acme/app/tags/list'), host: 'pkg-containers.githubusercontent.com' };
    expect(classifyRegistry(call)).toEqual({
      refusal: {
        code: 'operation_unknown',
        message:
          'GET /v2/acme/app/tags/list on pkg-containers.githubusercontent.com is not a call of the container registry that Holdshort knows, and unknown calls are refused.',
      },
    });
  });
});
