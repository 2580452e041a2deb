import { pathClassesOf } from './path-classes.js';

const ROWS: [path: string, classes: string[]][] = [
  ['.github/workflows/ci.yml', ['workflow']],
  ['.github/workflows', ['workflow']],
  ['.github/Workflows/ci.yml', ['workflow']],
  ['.GITHUB/WORKFLOWS/CI.YML', ['workflow']],
  ['./.github//workflows/ci.yml', ['workflow']],
  ['/.github/workflows/ci.yml', ['workflow']],
  ['.github\\workflows\\ci.yml', ['workflow']],
  ['.git\u200chub/workflows/ci.yml', ['workflow']],
  ['.ｇithub/workflows/ci.yml', ['workflow']],
  ['.github', ['codeowners', 'workflow']],
  ['.github/CODEOWNERS', ['codeowners']],
  ['CODEOWNERS', ['codeowners']],
  ['docs/CODEOWNERS', ['codeowners']],
  ['.github/workflows.md', []],
  ['src/.github/workflows/ci.yml', []],
  ['src/CODEOWNERS', []],
  ['README.md', []],
];

describe('pathClassesOf', () => {
  it.each(ROWS)('%j', (path, classes) => {
    expect(pathClassesOf(['README.md', path])).toEqual(classes);
  });

  it('gives nothing for nothing', () => {
    expect(pathClassesOf([])).toEqual([]);
  });
});
