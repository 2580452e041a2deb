import fc from 'fast-check';
import { REST_OPERATIONS, type RestOperation } from './rest-operation.js';
import { route } from './router.js';

const MULTI = 'a/b/c.ts';

function pathOf({ template }: RestOperation, encode: (text: string) => string): string {
  return template
    .replace(/\{\+base\}\.\.\.\{\+head\}/, encode('main...x/y'))
    .replace(/\{\+[^}]+\}/g, encode(MULTI))
    .replaceAll('{owner}', 'octo-org')
    .replaceAll('{repo}', 'hello.world')
    .replace(/\{[^}]+\}/g, '12345');
}

const idOf = (method: string, path: string): string => {
  const found = route(method, path);
  return typeof found === 'string' ? found : found.operation.id;
};

/** Two operations of the document have one shape. */
const expectedId = (id: string): string =>
  id === 'repos/compare-commits' ? 'repos/compare-commits-with-basehead' : id;

describe('route', () => {
  it('finds every operation with multi-segment parameters written raw', () => {
    const wrong = REST_OPERATIONS.filter(
      (operation) =>
        idOf(
          operation.method,
          pathOf(operation, (text) => text),
        ) !== expectedId(operation.id),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('finds every operation with multi-segment parameters percent-encoded', () => {
    const wrong = REST_OPERATIONS.filter(
      (operation) => idOf(operation.method, pathOf(operation, encodeURIComponent)) !== expectedId(operation.id),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('finds every repository operation under /repositories/{id} as well', () => {
    const ofRepository = REST_OPERATIONS.filter(({ template }) => template.startsWith('/repos/{owner}/{repo}'));
    const wrong = ofRepository.filter((operation) => {
      const path = pathOf(operation, (text) => text).replace('/repos/octo-org/hello.world', '/repositories/77');
      return idOf(operation.method, path) !== expectedId(operation.id);
    });
    expect(ofRepository.length).toBeGreaterThan(500);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it('gives parameters decoded once', () => {
    expect(route('GET', '/repos/o/r/contents/a%20b%2Fc%2520d')).toMatchObject({
      params: { owner: 'o', repo: 'r', path: 'a b/c%20d' },
    });
  });

  it('takes HEAD for GET', () => {
    expect(idOf('HEAD', '/repos/o/r')).toBe('repos/get');
  });

  const MALFORMED = [
    '/repos/o/r/../x',
    '/repos/o/r/contents/a/../b',
    '/repos/o/r/contents/a/%2e%2e/b',
    '/repos/o/r/contents/a%2F..%2F.github%2Fworkflows%2Fx.yml',
    '/repos/o/r/contents/./a',
    '/repos/o/r/contents//a',
    '/repos//r',
    '/repos/o/r/',
    '//repos/o/r',
    '/repos/o/r/contents/%00',
    '/repos/o/r/contents/%C0%AE',
    '/repos/o/r/contents/%zz',
    '/repos/o/r?x',
    '/repos/o/r#x',
    '/repos\\o\\r',
    'repos/o/r',
    '',
    '/repositories/0x1/pulls',
    '/repositories/1e3',
  ];

  it.each(MALFORMED)('refuses %s as readable in two ways', (path) => {
    expect(route('GET', path)).toBe('malformed');
  });

  const UNKNOWN: [method: string, path: string][] = [
    ['GET', '/nothing'],
    ['PURGE', '/repos/o/r'],
    ['GET', '/REPOS/o/r'],
    ['POST', '/repos/o/r/contents/a'],
    ['GET', '/repos/o/r/git%2Frefs'],
    ['GET', '/repositories/12/nothing'],
  ];

  it.each(UNKNOWN)('does not know %s %s', (method, path) => {
    expect(route(method, path)).toBe('unknown');
  });

  it('never throws, whatever the path', () => {
    const segment = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'repos',
        'o',
        'r',
        'contents',
        '..',
        '%2e%2e',
        '%2F',
        '%',
        'git',
        'refs',
        'branches',
        'protection',
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'PUT', 'DELETE', 'X'),
        fc.array(segment, { maxLength: 12 }),
        (method, segments) => {
          const found = route(method, `/${segments.join('/')}`);
          expect(typeof found === 'string' ? ['malformed', 'unknown'] : [found]).toContain(found);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never lets a dot segment through, in any spelling', () => {
    const dots = fc.constantFrom('..', '.', '%2e%2e', '%2E.', '.%2e', 'a%2F..', '..%2Fb', '%2e', 'x%2F%2e%2e%2Fy');
    const plain = fc.array(fc.constantFrom('a', 'b.ts', '.github', 'workflows', '...', 'x%20y'), { maxLength: 4 });
    fc.assert(
      fc.property(plain, dots, plain, (before, dot, after) => {
        expect(route('PUT', ['/repos/o/r/contents', ...before, dot, ...after].join('/'))).toBe('malformed');
      }),
      { numRuns: 1000 },
    );
  });

  it('is not slowed down by long paths', () => {
    const path = `/repos/o/r/branches/${'protection/'.repeat(2000)}x`;
    const started = performance.now();
    route('PUT', path);
    // Linear in the segments; an exponential search would not end within the test's time.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
