// Dependencies point one way: contract -> nothing; pure -> pure, contract; node -> node, pure, contract; apps never on apps.
const FRAMEWORKS = ['@nestjs/*', 'typeorm', 'kafkajs', '@grpc/*', 'passport*'];
const SERVER_FRAMEWORKS = ['@nestjs/*', 'typeorm', 'passport*'];
const LIBS = ['type:node', 'type:pure', 'type:contract'];
const TESTS = ['**/*.spec.ts', '**/*.bench.ts', '**/testing/**'];

const rule = (testOnly) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    depConstraints: [
      { sourceTag: 'type:contract', onlyDependOnLibsWithTags: [] },
      {
        sourceTag: 'type:pure',
        onlyDependOnLibsWithTags: ['type:pure', 'type:contract', ...testOnly],
        bannedExternalImports: FRAMEWORKS,
      },
      {
        sourceTag: 'type:node',
        onlyDependOnLibsWithTags: [...LIBS, ...testOnly],
        bannedExternalImports: SERVER_FRAMEWORKS,
      },
      { sourceTag: 'type:dev', onlyDependOnLibsWithTags: [...LIBS, 'type:dev', ...testOnly] },
      { sourceTag: 'type:testkit', onlyDependOnLibsWithTags: [...LIBS, 'type:dev'] },
      { sourceTag: 'type:app', onlyDependOnLibsWithTags: [...LIBS, 'type:dev', ...testOnly] },
      {
        sourceTag: 'app:agent',
        onlyDependOnLibsWithTags: [...LIBS, ...testOnly],
        bannedExternalImports: SERVER_FRAMEWORKS,
      },
      {
        sourceTag: 'app:audit-ingest',
        onlyDependOnLibsWithTags: [...LIBS, ...testOnly],
        bannedExternalImports: SERVER_FRAMEWORKS,
      },
      { sourceTag: 'app:control-plane', onlyDependOnLibsWithTags: [...LIBS, ...testOnly] },
      { sourceTag: 'app:cli', onlyDependOnLibsWithTags: [...LIBS, ...testOnly] },
      {
        sourceTag: 'app:console',
        onlyDependOnLibsWithTags: ['type:pure', 'type:contract', ...testOnly],
        bannedExternalImports: FRAMEWORKS,
      },
      { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: [...LIBS, 'type:testkit', 'type:dev'] },
    ],
  },
];

const foreignStorage = {
  regex: '^\\.\\./(\\.\\./)*[a-z-]+/[a-z-]+\\.(repository|entity)(\\.js)?$',
  message: "Another feature's storage is private: call its service.",
};

export const boundaries = [
  { files: ['**/*.ts', '**/*.tsx'], ignores: TESTS, rules: { '@nx/enforce-module-boundaries': rule([]) } },
  { files: TESTS, rules: { '@nx/enforce-module-boundaries': rule(['type:testkit', 'type:dev']) } },
  {
    files: ['apps/control-plane/src/*/**/*.ts'],
    ignores: [...TESTS, 'apps/control-plane/src/migrations/**', 'apps/control-plane/src/database/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [foreignStorage] }] },
  },
  {
    files: [
      'libs/{policy,github-operations,audit-events,errors,git-wire,secret-scan,masking,model-traffic,attribution}/src/**/*.ts',
    ],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads)(/.*)?$',
              message: 'Pure libraries do no I/O.',
            },
          ],
        },
      ],
    },
  },
];
