import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execute, said } from '../../harness/execute.js';
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
const told = ({ confidence, edges }: Path): string =>
  `${confidence}:\n${edges.map((edge) => `    ${edge.to}: ${edge.confidence}, ${edge.evidence.join('; ')}\n`).join('')}`;
const PROMPTS = /\/(?:chat\/completions|messages|responses)$/;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Assistant {
  name: string;
  binary: string;
  /** Shell text that runs it with a prompt. */
  command: (binary: string, prompt: string, home: string) => string;
  /** It asks for a WebSocket first. */
  upgrades?: boolean;
}

interface Path {
  nodes: string[];
  confidence: string;
  edges: { to: string; confidence: string; evidence: string[] }[];
}

const CODEX = '@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';
const codex =
  (webSockets: boolean): Assistant['command'] =>
  (binary, prompt, home) =>
    `mkdir -p ${home}/.codex && printf 'model="gpt-5"\\nmodel_provider="lab"\\n[model_providers.lab]\\nname="lab"\\nbase_url="https://api.openai.com/v1"\\nwire_api="responses"\\nenv_key="LABKEY"\\nsupports_websockets=${webSockets}\\n' > ${home}/.codex/config.toml && HOME=${home} LABKEY=sk-x ${binary} exec --dangerously-bypass-approvals-and-sandbox --skip-git-repo-check '${prompt}' < /dev/null`;

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
  { name: 'codex', binary: CODEX, command: codex(false) },
  { name: 'codex-by-websocket', binary: CODEX, command: codex(true), upgrades: true },
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
    async ({ name, binary, command, upgrades = false }) => {
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
      process.stdout.write(`\n${name}, ${await versionOf(binary)}\n${paths.map(told).join('')}`);
      expect(paths.map(({ confidence }) => confidence)).toEqual(expect.arrayContaining(['exact']));
      // the prompt as the client sends it: Copilot puts the time before it
      if (name !== 'copilot') expect(paths.some(({ nodes }) => nodes[0]?.endsWith(sha256(prompt)))).toBe(true);
      const { refused, answered } = await modelCalls(name);
      expect(answered).toEqual(answered.map(() => 'success'));
      expect(refused).toBe(upgrades ? 1 : 0);
    },
    TEST_MS,
  );

  async function versionOf(binary: string): Promise<string> {
    const ran = await execute([path.join(modules, binary), '--version'], { env: { HOME: stack.dir } });
    return ran.stdout.trim().split('\n')[0] ?? '';
  }

  /** How its calls with prompts ended, and how many WebSockets were asked for, in vain. */
  async function modelCalls(name: string): Promise<{ answered: (string | undefined)[]; refused: number }> {
    const events = await stack.events((all) =>
      all.some(({ type, ai }) => type === 'model.exchange' && ai?.tool === name),
    );
    const answers = events.filter(
      ({ type, ai, request }) => type === 'call.read' && ai?.tool === name && PROMPTS.test(request?.path ?? ''),
    );
    const refused = events.filter(({ type, request }) => type === 'call.refused' && PROMPTS.test(request?.path ?? ''));
    return { answered: answers.map(({ outcome }) => outcome), refused: refused.length };
  }

  async function pathsTo(sha: string): Promise<Path[]> {
    for (let tries = 0; ; tries += 1) {
      const ran = await stack.holdshort('dave', ['commit', 'why', sha, '--json']);
      expect(said(ran)).toBe('ok');
      const { paths } = JSON.parse(ran.stdout) as { paths: Path[] };
      if (paths.length > 1 || tries > 20) return paths;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
});
