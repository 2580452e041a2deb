import { classifyPath, isWorkflowFile, PATH_CLASSES, pathClassesOf } from './path-classes.js';

const ROWS: [path: string, classes: string[]][] = [
  ['.github/workflows/ci.yml', ['workflow']],
  ['.github/workflows', ['workflow']],
  ['.github/actions/setup/action.yml', ['workflow']],
  ['action.yaml', ['workflow']],
  ['.github', ['codeowners', 'workflow']],
  ['.github/CODEOWNERS', ['codeowners']],
  ['CODEOWNERS', ['codeowners']],
  ['docs/codeowners', ['codeowners']],
  ['docs', ['codeowners']],
  ['src/CODEOWNERS', []],
  ['docs/workflows/ci.yml', []],
  ['src/.github/workflows/ci.yml', []],
  ['.github/workflows.md', []],
  ['.github/ISSUE_TEMPLATE.md', []],
  ['web/package.json', ['dependency-manifest']],
  ['package-lock.json', ['dependency-lock']],
  ['infra/main.tf', ['iac']],
  ['infra/README.md', ['iac']],
  ['services/a/infrastructure/values', ['iac']],
  ['src/infra.ts', []],
  ['my-infra/notes', []],
  ['Dockerfile', ['container']],
  ['api.Dockerfile', ['container']],
  ['AGENTS.md', ['agent-instructions']],
  ['.github/copilot-instructions.md', ['agent-instructions']],
  ['.cursor', ['agent-instructions']],
  ['.gitattributes', ['git-config']],
  ['.env', ['secret-file']],
  ['app/.env.production', ['secret-file']],
  ['.env.example', []],
  ['vendor/x/go.mod', ['dependency-manifest', 'generated']],
  ['web/app.min.js', ['generated']],
  ['src/index.ts', []],
  ['README.md', []],
  ['', []],
];

/** Every one of these is a workflow file, or would be written over one, for some reader. */
const WORKFLOW_EVASIONS = [
  '.github/Workflows/ci.yml',
  '.GITHUB/WORKFLOWS/CI.YML',
  './.github//workflows/ci.yml',
  '/.github/workflows/ci.yml',
  'src/../.github/workflows/ci.yml',
  '../.github/workflows/ci.yml',
  '.github/./workflows/ci.yml',
  '.github\\workflows\\ci.yml',
  '.github\uff3cworkflows/ci.yml', // full-width backslash
  '.git\u200chub/workflows/ci.yml', // ignored by HFS+
  '.github/work\u200bflows/ci.yml', // zero width space
  '.github/work\u00adflows/ci.yml', // soft hyphen
  '.github/workflows\ufe0f/ci.yml', // variation selector
  '.\u202egithub/workflows/ci.yml', // right-to-left override
  '.\uff47ithub/workflows/ci.yml', // full-width g
  '\u2024github/workflows/ci.yml', // one dot leader
  '.github/work\ufb02ows/ci.yml', // the ligature fl
  '.github/workflow\u017f/ci.yml', // long s
  '.github/wor\u212aflows/ci.yml', // the Kelvin sign
  '.github./workflows/ci.yml',
  '.github /workflows. ./ci.yml',
  '.github::$INDEX_ALLOCATION/workflows/ci.yml',
  'GITHUB~1/workflows/ci.yml',
  '.github/WORKFL~2/ci.yml',
  'github~1\\workfl~1\\ci.yml',
];

describe('pathClassesOf', () => {
  it.each(ROWS)('%j', (path, classes) => {
    expect(pathClassesOf(['a', path])).toEqual(classes);
  });

  it.each(WORKFLOW_EVASIONS)('sees the workflow in %j', (path) => {
    expect(pathClassesOf([path])).toEqual(['workflow']);
    expect(isWorkflowFile(path)).toBe(true);
  });

  it.each([
    ['CODEOW~1', 'codeowners'],
    ['docs/codeowners::$DATA', 'codeowners'],
    ['CODEOWNER\uff33 ', 'codeowners'],
    ['.github/COPILO~1.MD', 'agent-instructions'],
    ['Agents.MD.', 'agent-instructions'],
    ['GITATT~1', 'git-config'],
    ['GITMOD~1', 'git-config'],
    ['PACKAG~1.JSO', 'dependency-manifest'],
    ['web\\Package.JSON', 'dependency-manifest'],
    ['ENV~1', 'secret-file'],
    ['.e\u2060nv', 'secret-file'],
  ])('%j is %s', (path, expected) => {
    expect(classifyPath(path)).toContain(expected);
  });

  it('gives the union, sorted, and nothing for nothing', () => {
    expect(pathClassesOf(['main.tf', 'a', 'go.mod'])).toEqual(['dependency-manifest', 'iac']);
    expect(pathClassesOf([])).toEqual([]);
  });

  it('knows an example of every class', () => {
    expect(new Set(ROWS.flatMap(([, classes]) => classes))).toEqual(new Set(PATH_CLASSES));
  });
});

describe('isWorkflowFile', () => {
  it.each(['.github/workflows/ci.yml', '.github/workflows', '.github'])('%j needs the permission', (path) => {
    expect(isWorkflowFile(path)).toBe(true);
  });

  it.each(['.github/actions/x/action.yml', 'action.yml', '.github/CODEOWNERS', 'src/.github/workflows/ci.yml'])(
    '%j does not',
    (path) => {
      expect(isWorkflowFile(path)).toBe(false);
    },
  );
});
