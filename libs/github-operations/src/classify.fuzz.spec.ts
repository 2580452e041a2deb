import fc from 'fast-check';
import { classifyGit, classifyGraphql, classifyRest, parseStrictJson, type Classification } from './index.js';
import { INTENTS, isRead } from './operation.js';
import { REST_OPERATIONS } from './rest/rest-operation.js';

/** Bounded, so that it can run with every build; a failure prints its seed. */
const FUZZ = { interruptAfterTimeLimit: 3_000, numRuns: 1_000_000, markInterruptAsFailure: false };
const HOST = 'api.github.com';

/** Never throws; an operation always has intents of the closed list, or there is a reason. */
function expectVerdict(verdict: Classification): void {
  if ('refusal' in verdict) expect(verdict.refusal.message).not.toBe('');
  else {
    expect(verdict.operation.intents.length).toBeGreaterThan(0);
    for (const { action } of verdict.operation.intents) expect(Object.hasOwn(INTENTS, action)).toBe(true);
  }
}

const PIECE = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    '%2e%2e',
    '%2f',
    '%00',
    '%',
    '%zz',
    'a%2fb',
    'ACME',
    'main',
    'refs',
    '1',
    '%C0%AF',
    'a.git',
  ),
  fc.string({ maxLength: 12 }),
);
const TEMPLATE = fc.constantFrom(...REST_OPERATIONS);
const METHOD = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
const filled = (template: string, pieces: string[]): string => {
  let at = 0;
  return template.replace(/\{[^}]+\}/g, () => pieces[at++ % pieces.length] ?? '');
};

describe('hostile input to the classifiers', () => {
  it('REST: every path ends in a verdict', () => {
    fc.assert(
      fc.property(
        METHOD,
        TEMPLATE,
        fc.array(PIECE, { minLength: 1, maxLength: 4 }),
        fc.jsonValue(),
        (method, { template }, pieces, body) => {
          expectVerdict(classifyRest({ host: HOST, method, path: filled(template, pieces), body }));
        },
      ),
      FUZZ,
    );
  });

  it('REST: an accepted owner and repository holds no slash, dot segment or percent sign', () => {
    fc.assert(
      fc.property(PIECE, PIECE, (owner, repo) => {
        const verdict = classifyRest({
          host: HOST,
          method: 'PUT',
          path: `/repos/${owner}/${repo}/contents/x`,
          body: { branch: 'b' },
        });
        if ('refusal' in verdict) return;
        for (const { target } of verdict.operation.intents)
          expect(`${target.owner}|${target.repo}`).toMatch(/^[A-Za-z0-9_-]+\|[A-Za-z0-9._-]+$/);
      }),
      FUZZ,
    );
  });

  const word = fc.constantFrom(
    'mutation',
    'query',
    'fragment',
    'on',
    '{',
    '}',
    '(',
    ')',
    ':',
    '...',
    '@skip(if:',
    'true',
    '$x',
    '!',
    '[',
    ']',
    'mergePullRequest',
    'input',
    'a',
    '"b"',
    '\\u0000',
    'viewer',
    '#',
    '\n',
    '"""',
  );
  it('GraphQL: every document ends in a verdict', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
          fc.string(),
        ),
        fc.jsonValue(),
        (query, variables) => {
          expectVerdict(classifyGraphql({ host: HOST, method: 'POST', path: '/graphql', body: { query, variables } }));
        },
      ),
      FUZZ,
    );
  });

  it('GraphQL: a mutation is never a read, whatever stands around it', () => {
    const around = fc.constantFrom('', 'a: ', 'x @skip(if: true) ', '... on Mutation { ', '# c\n');
    fc.assert(
      fc.property(
        around,
        fc.constantFrom('deleteRef', 'mergeBranch', 'updateRef', 'createRef'),
        fc.jsonValue(),
        (prefix, field, input) => {
          const close = prefix.endsWith('{ ') ? ' }' : '';
          const query = `mutation($input: I!) { ${prefix}${field}(input: $input) { clientMutationId }${close} }`;
          const verdict = classifyGraphql({
            host: HOST,
            method: 'POST',
            path: '/graphql',
            body: { query, variables: { input } },
          });
          if ('operation' in verdict) expect(isRead(verdict.operation)).toBe(false);
        },
      ),
      FUZZ,
    );
  });

  it('git: every path ends in a verdict', () => {
    fc.assert(
      fc.property(
        METHOD,
        PIECE,
        PIECE,
        fc.constantFrom('info/refs', 'git-receive-pack', 'git-upload-pack', 'info/lfs/objects/batch'),
        fc.string(),
        (method, owner, repo, rest, query) => {
          expectVerdict(classifyGit({ host: 'github.com', method, path: `/${owner}/${repo}/${rest}`, query }));
        },
      ),
      FUZZ,
    );
  });

  const readOrRefuse = (text: string): unknown => {
    try {
      return { value: parseStrictJson(text) };
    } catch {
      return 'refused';
    }
  };
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  it('strict JSON: agrees with JSON.parse wherever it accepts, and accepts what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(plain(readOrRefuse(JSON.stringify(value)))).toEqual({ value: plain(value) });
      }),
      FUZZ,
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            ',',
            ':',
            '"a"',
            '"\\u0061"',
            '1',
            '-',
            '0',
            'e',
            'null',
            ' ',
            '\u00a0',
            '\\',
            '"',
          ),
        ),
        (words) => {
          const text = words.join('');
          const read = readOrRefuse(text);
          if (read !== 'refused') expect(plain(read)).toEqual({ value: plain(JSON.parse(text)) });
        },
      ),
      FUZZ,
    );
  });
});
