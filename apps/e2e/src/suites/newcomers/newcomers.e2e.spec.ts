import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';
import { until } from '../../harness/until.js';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
const ASSISTANT = fileURLToPath(new URL('../prompts/assistant.mjs', import.meta.url));
const CLI = path.join(ROOT, 'apps/cli/bin/holdshort.mjs');
const PROMPT = 'Pin the runner of the release workflow and push it';
const FILE = '.github/workflows/release.yml';

/** Shell blocks of the section, each as its lines. */
async function blocksOf(page: string, heading: string): Promise<string[][]> {
  const text = await readFile(path.join(ROOT, 'docs', page), 'utf8');
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) =>
    block.split('\n').filter((line) => line !== ''),
  );
}

describe('a newcomer with the docs', () => {
  let stack: Stack;
  let clone: string;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_PROMPT_STORE: JSON.stringify({ default: 'redacted', rules: [] }) } });
    await stack.signIn('alice', 'carol', 'sam', 'dave');
    const program = stack.workFile('bin/holdshort');
    await mkdir(path.dirname(program));
    await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${CLI} "$@"\n`);
    await chmod(program, 0o755);
    clone = stack.workFile('app');
    const identity = `git config user.email alice@acme.example && git config user.name Alice`;
    const ran = await stack.script(
      'alice',
      `git clone -q https://github.com/acme/app.git ${clone} && cd ${clone} && ${identity}`,
    );
    expect(said(ran)).toBe('ok');
  }, 240_000);
  afterAll(() => stack.stop());

  /** The line in this person's shell. */
  function type(login: string, line: string, cwd = stack.dir): Promise<Ran> {
    return execute(['bash', '-c', line], {
      cwd,
      env: {
        PATH: `${stack.workFile('bin')}:${process.env['PATH'] ?? ''}`,
        HOME: stack.dir,
        HOLDSHORT_DEV_FILE: stack.workFile('ready.json'),
        HOLDSHORT_HOME: stack.workFile(`home-${login}`),
      },
    });
  }

  async function typeAll(login: string, lines: readonly string[], cwd?: string): Promise<string> {
    const printed: string[] = [];
    for (const line of lines) {
      const ran = await type(login, line, cwd);
      expect(`${line}: ${said(ran)}`).toBe(`${line}: ok`);
      printed.push(ran.stdout);
    }
    return printed.join('');
  }

  /** Waits for a hold, and lets it through by the three commands of the page. */
  async function approve([list = '', ...others]: readonly string[]): Promise<void> {
    let id = '';
    await until(
      async () => {
        [id = ''] = /apr_\w+/.exec((await type('sam', list)).stdout) ?? [];
        return id !== '';
      },
      { withinMs: 60_000, everyMs: 300, instead: async () => (await type('sam', list)).text },
    );
    await typeAll(
      'sam',
      others.map((line) => line.replace('APPROVAL', id)),
    );
  }

  it('adds the rule that assistants need an approval to touch infra/', async () => {
    const [init = [], rollOut = [], push = [], approval = []] = await blocksOf(
      'first-day.md',
      'Assistants need an approval to touch infra/',
    );
    await typeAll('carol', init);
    const cookbook = await readFile(path.join(ROOT, 'docs/policy-cookbook.md'), 'utf8');
    const recipe = cookbook.split('\n## ').find((section) => section.startsWith('1. ')) ?? '';
    const block = (language: string): string => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(recipe)?.[1] ?? '';
    await writeFile(stack.workFile('policy/access/infra.cedar'), block('cedar'));
    await writeFile(stack.workFile('policy/cases/infra.json'), block('json'));
    expect(await typeAll('carol', rollOut)).toMatch(/(\d+) of \1 cases pass\./);

    const change =
      'git checkout -q -b topic/infra origin/main && mkdir -p infra && echo "# net" > infra/README.md && git add -A && git commit -qm infra';
    expect(said(await type('alice', change, clone))).toBe('ok');
    const pushing = type('alice', push.join('\n'), clone);
    await approve(approval);
    const pushed = await pushing;
    expect(said(pushed)).toBe('ok');
    expect(pushed.text).toContain('remote: holdshort: waiting for 1 of group security');
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/infra');

    const own =
      'git checkout -q -b topic/own && echo more >> infra/README.md && git commit -qam own && holdshort run --human -- git push -q origin topic/own';
    expect(said(await type('alice', own, clone))).toBe('ok');
  }, 180_000);

  it('finds who changed release.yml, and the prompt', async () => {
    const [, , , approval = []] = await blocksOf('first-day.md', 'Assistants need an approval to touch infra/');
    const [search = [], why = [], session = []] = await blocksOf(
      'first-day.md',
      'Who changed release.yml last week, and what were they asked?',
    );
    const work = `git checkout -q -b topic/release origin/main && mkdir -p .github/workflows && echo "# pinned" >> ${FILE} && git add -A && git commit -qm "Pin the runner" && git push -q origin topic/release`;
    await stack.control('POST', '/model-scripts', { match: 'Pin the runner', steps: [{ command: work }] });
    const working = type(
      'alice',
      `holdshort run --assistant copilot -- ${process.execPath} ${ASSISTANT} '${PROMPT}' acme/app`,
      clone,
    );
    await approve(approval);
    expect(said(await working)).toBe('ok');

    let found = '';
    let commit = '';
    await until(
      async () => {
        found = await typeAll('dave', search);
        const line = found.split('\n').find((text) => text.includes('/outcome') && text.includes('success')) ?? '';
        [, commit = ''] = /\.\.([0-9a-f]{40})/.exec(line) ?? [];
        return commit !== '';
      },
      { withinMs: 30_000, everyMs: 300, instead: () => found },
    );
    expect(found).toContain('alice+copilot');
    const { stdout: head } = await type('alice', 'git rev-parse HEAD', clone);
    expect(commit).toBe(head.trim());
    let told = '';
    await until(
      async () => {
        told = await typeAll(
          'dave',
          why.map((line) => line.replace('COMMIT', commit)),
        );
        return told.includes('prompt');
      },
      { withinMs: 30_000, everyMs: 500, instead: () => told },
    );
    expect(told).toContain(`> ${PROMPT}`);
    expect(told).toMatch(/^(?:exact|command): prompt/m);
    const [, id = ''] = /, session (\S+)/.exec(told) ?? [];
    expect(
      await typeAll(
        'dave',
        session.map((line) => line.replace('SESSION', id)),
      ),
    ).toContain('prompt');
  }, 180_000);
});
