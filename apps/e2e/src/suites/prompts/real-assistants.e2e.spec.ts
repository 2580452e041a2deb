import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

/**
 * Folder in which `npm install @github/copilot @anthropic-ai/claude-code @openai/codex` was done. They are half a
 * gigabyte, so that they are no dependencies; without the folder this suite is left out.
 */
const CLIENTS = process.env['HOLDSHORT_ASSISTANTS'] ?? '';
const modules = path.join(CLIENTS, 'node_modules');
const IDENTITY = 'git config user.email alice@acme.example && git config user.name Alice';
/** They start slowly on a busy machine. */
const RUN_MS = 90_000;
const TEST_MS = 150_000;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Assistant {
  name: string;
  binary: string;
  /** Shell text that runs it with a prompt. */
  command: (binary: string, prompt: string, home: string) => string;
}

const ASSISTANTS: readonly Assistant[] = [
  {
    name: 'copilot',
    binary: '@github/copilot-linux-x64/copilot',
    command: (binary, prompt, home) =>
      `HOME=${home} COPILOT_AUTO_UPDATE=false COPILOT_MODEL=standin-1 ${binary} -p '${prompt}' --allow-all-tools`,
  },
  {
    name: 'claude',
    binary: '@anthropic-ai/claude-code-linux-x64/claude',
    command: (binary, prompt, home) =>
      `HOME=${home} ANTHROPIC_API_KEY=sk-x DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 ${binary} -p '${prompt}' --allowedTools Bash`,
  },
  {
    name: 'codex',
    binary: '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex',
    command: (binary, prompt, home) =>
      `mkdir -p ${home}/.codex && printf 'model="gpt-5"\\nmodel_provider="lab"\\n[model_providers.lab]\\nname="lab"\\nbase_url="https://api.openai.com/v1"\\nwire_api="responses"\\nenv_key="LABKEY"\\n' > ${home}/.codex/config.toml && HOME=${home} LABKEY=sk-x ${binary} exec --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check '${prompt}' < /dev/null`,
  },
];

const withClients = ASSISTANTS.some(({ binary }) => existsSync(path.join(modules, binary))) ? describe : describe.skip;

withClients('real assistants', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_AGENT_MODEL_HOSTS: 'api.anthropic.com,api.openai.com' } });
    await stack.signIn('alice', 'dave', 'sam');
  }, 180_000);
  afterAll(() => stack.stop());

  it.each(ASSISTANTS.filter(({ binary }) => existsSync(path.join(modules, binary))))(
    'a commit of $name leads to its prompt',
    async ({ name, binary, command }) => {
      const prompt = `Add ${name}.txt, commit and push`;
      const branch = `by-${name}`;
      const steps = [
        `echo ${name} > ${name}.txt && git add -A && git commit -m ${name}`,
        `git push origin ${branch}`,
        'git log --oneline -2',
      ];
      await stack.control('POST', '/model-scripts', { match: prompt, steps: steps.map((line) => ({ command: line })) });
      const home = path.join(stack.dir, `client-${name}`);
      await mkdir(home);
      const ran = await stack.script(
        'alice',
        `git clone -q https://github.com/acme/app.git ${branch} && cd ${branch} && ${IDENTITY} && git checkout -qb ${branch}\n${command(path.join(modules, binary), prompt, home)}\ngit rev-parse HEAD`,
        { cwd: stack.dir, flags: ['--assistant', name], timeoutMs: RUN_MS },
      );
      expect(said(ran)).toBe('ok');
      const sha = ran.stdout.trim().split('\n').at(-1) ?? '';
      expect(await stack.refs('acme/app')).toHaveProperty(`refs/heads/${branch}`, sha);
      const paths = await pathsTo(sha);
      process.stdout.write(
        `\n${name}: ${paths.map(({ confidence, nodes }) => `${confidence} by ${nodes.length} steps`).join(', ')}\n`,
      );
      expect(paths.map(({ confidence }) => confidence)).toEqual(expect.arrayContaining(['exact']));
      // the prompt as the client sends it: Copilot puts the time before it
      const [event] = await stack.events((all) => all.some(({ type }) => type === 'model.exchange'));
      expect(event).toBeDefined();
      if (name !== 'copilot') expect(paths.some(({ nodes }) => nodes[0]?.endsWith(sha256(prompt)))).toBe(true);
    },
    TEST_MS,
  );

  async function pathsTo(sha: string): Promise<{ nodes: string[]; confidence: string }[]> {
    for (let tries = 0; ; tries += 1) {
      const ran = await stack.holdshort('dave', ['commit', 'why', sha, '--json']);
      expect(said(ran)).toBe('ok');
      const { paths } = JSON.parse(ran.stdout) as { paths: { nodes: string[]; confidence: string }[] };
      if (paths.length > 1 || tries > 20) return paths;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
});
