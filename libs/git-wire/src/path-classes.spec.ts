import { classifyPaths } from './path-classes.js';

const classes = (path: string): string[] => [...classifyPaths([path])].sort();

describe('classifyPaths', () => {
  it.each([
    '.github/workflows/ci.yml',
    '.github/actions/setup/action.yml',
    '.GitHub/Workflows/CI.yml',
    '.github/work\ufb02ows/ci.yml', // the ligature fl
    '.github/work\u200bflows/ci.yml',
    '.github/workflows',
    'action.yaml',
  ])('calls %j a workflow', (path) => {
    expect(classes(path)).toContain('workflow');
  });

  it.each([
    ['CODEOWNERS', ['codeowners']],
    ['docs/codeowners', ['codeowners']],
    ['src/CODEOWNERS', []],
    ['docs/workflows/ci.yml', []],
    ['src/.github/workflows/ci.yml', []],
    ['.github/ISSUE_TEMPLATE.md', []],
    ['web/package.json', ['dependency-manifest']],
    ['package-lock.json', ['dependency-lock']],
    ['infra/main.tf', ['iac']],
    ['Dockerfile', ['container']],
    ['api.Dockerfile', ['container']],
    ['AGENTS.md', ['agent-instructions']],
    ['.github/copilot-instructions.md', ['agent-instructions']],
    ['.gitattributes', ['git-config']],
    ['.env', ['secret-file']],
    ['app/.env.production', ['secret-file']],
    ['.env.example', []],
    ['src/index.ts', []],
  ])('classes %s as %j', (path, expected) => {
    expect(classes(path)).toEqual(expected);
  });

  it('gives the union of all paths', () => {
    expect([...classifyPaths(['go.mod', 'a', 'main.tf'])].sort()).toEqual(['dependency-manifest', 'iac']);
  });
});
