import { existsSync, readdirSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/lint/boundaries.mjs';

const CODE = ['**/*.ts', '**/*.tsx'];
const TESTS = ['**/*.spec.ts', '**/*.bench.ts', '**/testing/**', 'apps/e2e/**'];

// specs are not part of a project's build; each folder has a tsconfig of its own for them
const specs = ['apps', 'libs']
  .flatMap((base) => readdirSync(base).map((name) => `${base}/${name}`))
  .filter((dir) => existsSync(`${dir}/tsconfig.spec.json`))
  .map((dir) => ({
    files: [`${dir}/src/**/*.{spec,bench}.ts`, `${dir}/src/**/testing/**/*.ts`],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: `${dir}/tsconfig.spec.json`,
        tsconfigRootDir: import.meta.dirname,
      },
    },
  }));

export default [
  { ignores: ['**/dist/**', '**/gen/**', '**/*.gen.ts', '**/*.mjs', '**/node_modules/**'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: CODE })),
  {
    files: CODE,
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  ...specs,
  ...boundaries,
  {
    files: CODE,
    ignores: TESTS,
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
    },
  },
  {
    files: TESTS,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  prettier,
];
