import { classifyDownload } from './classify-download.js';
import { isStorageHost } from './storage-hosts.js';

const RAW = 'raw.githubusercontent.com';

const ROWS: [line: string, expected: string][] = [
  [`GET ${RAW}/acme/app/main/README.md`, 'download/raw acme/app'],
  [`HEAD ${RAW}/acme/app/refs/heads/main/a/b.txt`, 'download/raw acme/app'],
  ['GET media.githubusercontent.com/media/acme/app/main/big.bin', 'download/media acme/app'],
  ['GET codeload.github.com/acme/app/tar.gz/refs/heads/main', 'download/archive acme/app'],
  ['GET codeload.github.com/acme/app/legacy.zip/main', 'download/archive acme/app'],
  ['GET github.com/acme/app/archive/refs/heads/main.tar.gz', 'download/archive acme/app'],
  ['GET github.com/acme/app/zipball/main', 'download/archive acme/app'],
  ['GET github.com/acme/app/raw/main/a.txt', 'download/raw acme/app'],
  ['GET github.com/acme/app/releases/download/v1/app.zip', 'download/release-asset acme/app'],
  ['GET github.com/acme/app/releases/latest/download/app.zip', 'download/release-asset acme/app'],
  [`POST ${RAW}/acme/app/main/README.md`, 'operation_unknown'],
  [`GET ${RAW}/acme/app/main`, 'operation_unknown'],
  [`GET ${RAW}/media/acme/app/main`, 'download/raw media/acme'],
  ['GET media.githubusercontent.com/acme/app/main/big.bin', 'operation_unknown'],
  [`GET ${RAW}/acme/app/main/../../other/x`, 'request_malformed'],
  [`GET ${RAW}/acme/app/main/%2e%2e/x`, 'request_malformed'],
  [`GET ${RAW}/acme%2Fapp/x/main/y`, 'request_malformed'],
  [`GET ${RAW}/acme//main/y`, 'request_malformed'],
  [`GET ${RAW}/ac me/app/main/y`, 'request_malformed'],
  [`GET ${RAW}/acme/app.git/main/y`, 'request_malformed'],
  [`GET ${RAW}/wiki/acme/app/page.md`, 'download/wiki acme/app'],
  [`GET ${RAW}/wiki/acme/app`, 'operation_unknown'],
  [`GET ${RAW}/WIKI/acme/app/page.md`, 'operation_unknown'],
  [`GET ${RAW}/wiki/acme/app.wiki/page.md`, 'operation_unknown'],
  [`GET ${RAW}/acme/app.wiki/main/y`, 'operation_unknown'],
  ['GET github.com/acme/app/blob/main/a.txt', 'operation_unknown'],
  ['GET gist.github.com/alice/0123/raw/x', 'download/gist /'],
  ['GET gist.githubusercontent.com/alice/0123/raw/x', 'download/gist /'],
  ['GET gist.githubusercontent.com/alice/0123456789abcdef0123/raw', 'download/gist /'],
  ['GET gist.githubusercontent.com/alice/name/raw/x', 'request_malformed'],
  ['GET gist.githubusercontent.com/alice/0123/x', 'operation_unknown'],
  ['PUT gist.githubusercontent.com/alice/0123/raw/x', 'operation_unknown'],
  ['GET release-assets.githubusercontent.com/github-production-release-asset/1/2', 'operation_unknown'],
  ['GET ghcr.io/v2/acme/app/manifests/latest', 'operation_unknown'],
  ['GET new.github.com/acme/app/main/x', 'operation_unknown'],
];

const parts = (line: string) => {
  const [, method = '', host = '', path = ''] = /^(\S+) ([^/]+)(\/.*)$/.exec(line) ?? [];
  return { method, host, path };
};

describe('classifyDownload', () => {
  it.each(ROWS)('%s', (line, expected) => {
    const result = classifyDownload(parts(line));
    if ('refusal' in result) {
      expect(result.refusal.code).toBe(expected);
      return;
    }
    const { id, class: gravity, intents } = result.operation;
    expect(gravity).toBe('read');
    expect(intents.map(({ action, target }) => `${id} ${target.owner ?? ''}/${target.repo ?? ''} ${action}`)).toEqual([
      `${expected} ${id === 'download/gist' ? 'account.read' : 'repo.read'}`,
    ]);
  });

  it('says host, path and why', () => {
    expect(classifyDownload(parts('GET objects.githubusercontent.com/a/b'))).toEqual({
      refusal: {
        code: 'operation_unknown',
        message:
          'GET /a/b on objects.githubusercontent.com is not a download that Holdshort knows, and unknown calls are refused. Addresses of stored files are followed only where a call through Holdshort led to them.',
      },
    });
  });
});

describe('isStorageHost', () => {
  it.each([
    ['release-assets.githubusercontent.com', true],
    ['productionresultssa12.blob.core.windows.net', true],
    ['github-production-release-asset-2e65be.s3.amazonaws.com', true],
    ['attacker.blob.core.windows.net', false],
    ['attacker.s3.amazonaws.com', false],
    ['codeload.github.com.attacker.test', false],
    ['api.github.com', false],
    ['127.0.0.1', false],
    ['localhost', false],
  ])('%s: %s', (host, expected) => {
    expect(isStorageHost(host)).toBe(expected);
  });
});
