import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, said } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh) process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so its calls are not tried\n');
const itWithGh = hasGh ? it : it.skip;
const scriptOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Made up here, so that no file of the repository holds what looks like a credential. */
const random = (length: number): string => 'k7Qm2Xw9Rt4Bz8Lc5Vn3Hs6Jd1Pf0Gy'.repeat(5).slice(0, length);
const CANARIES = {
  token: `ghr_${random(76)}`,
  stripe: ['sk', 'live', random(24)].join('_'),
  password: `Tr0ub-${random(9)}!`,
  iban: 'DE89 3704 0044 0532 0130 00',
  card: '4539 1488 0343 6467',
};
const KEY_LINE = 'q83vAbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGhIjKlMnOpQrStUv';
const FILE = [
  '# first line',
  `GITHUB_TOKEN=${CANARIES.token}`,
  `STRIPE=${CANARIES.stripe}`,
  `DB_PASSWORD="${CANARIES.password}"`,
  `IBAN: ${CANARIES.iban}`,
  `card: ${CANARIES.card}`,
  `-----BEGIN PRIVATE KEY-----\n${`${KEY_LINE}\n`.repeat(40)}-----END PRIVATE KEY-----`,
  'last line',
  '',
].join('\n');

const OBLIGATION = `@id("mask-for-assistants")
@obligation("mask") @detectors("secrets,personal")
permit (principal is Holdshort::Assistant, action in Holdshort::Action::"read", resource);
`;
const API = 'https://api.github.com';
const CONTENTS = `${API}/repos/acme/canaries/contents/settings.env`;

describe('an assistant under the obligation to mask', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'carol', 'sam');
    await stack.control('POST', '/repos', { owner: 'acme', name: 'canaries', files: { 'settings.env': FILE } });
    const policy = async (...args: string[]): Promise<string> => {
      const ran = await stack.holdshort('carol', ['policy', ...args], { cwd: stack.dir });
      expect(said(ran)).toBe('ok');
      return ran.stdout;
    };
    await policy('init', '--starter', 'balanced');
    await writeFile(path.join(stack.dir, 'policy/obligations/mask.cedar'), OBLIGATION);
    const { version } = JSON.parse(await policy('apply', '--json')) as { version: string };
    await policy('activate', version, '--reason', 'assistants see no secrets');
  }, 180_000);
  afterAll(() => stack.stop());

  const assistant = (script: string) => stack.script('alice', script, { cwd: stack.dir });
  const asMasked = (text: string): void => {
    expect(Object.entries({ ...CANARIES, key: 'q83v' }).filter(([, canary]) => text.includes(canary))).toEqual([]);
    expect(text).toMatch(/# first line\nGITHUB_TOKEN=\*{80}\n[^]*\nlast line/);
    expect(text.split('\n').length).toBe(FILE.split('\n').length);
  };
  const decoded = (answer: string): string =>
    Buffer.from((JSON.parse(answer) as { content: string }).content, 'base64').toString('utf8');

  it('curl: the contents API, raw, the host of raw files, the endpoint', async () => {
    asMasked(decoded((await assistant(`curl -sS --fail ${CONTENTS}`)).stdout));
    asMasked((await assistant(`curl -sS --fail -H 'accept: application/vnd.github.raw+json' ${CONTENTS}`)).stdout);
    asMasked(
      (await assistant(`curl -sS --fail https://raw.githubusercontent.com/acme/canaries/main/settings.env`)).stdout,
    );
    asMasked(
      decoded((await assistant(`curl -sS --fail ${CONTENTS.replace(API, '$HOLDSHORT_AGENT_ENDPOINT/api/v3')}`)).stdout),
    );
  });

  it('curl: a part of the file, packed', async () => {
    const part = await assistant(
      `curl -sS --fail --compressed -r 20-90 https://raw.githubusercontent.com/acme/canaries/main/settings.env`,
    );
    asMasked(part.stdout);
  });

  it('GraphQL', async () => {
    const query =
      '{ repository(owner:\\"acme\\",name:\\"canaries\\") { object(expression:\\"main:settings.env\\") { ... on Blob { text } } } }';
    const ran = await assistant(`curl -sS --fail ${API}/graphql -d '{"query":"${query}"}'`);
    const { data } = JSON.parse(ran.stdout) as { data: { repository: { object: { text: string } } } };
    asMasked(data.repository.object.text);
  });

  itWithGh('gh', async () => {
    asMasked(decoded((await assistant('gh api repos/acme/canaries/contents/settings.env')).stdout));
  });

  it('octokit', async () => {
    const ran = await stack.run('alice', [process.execPath, scriptOf('octokit-read.mjs')], { cwd: stack.dir });
    expect(said(ran)).toBe('ok');
    const read = JSON.parse(ran.stdout) as { decoded: string; raw: string };
    asMasked(read.decoded);
    asMasked(read.raw);
  });

  it('an MCP client', async () => {
    const asked = JSON.stringify([['get_file_contents', { owner: 'acme', repo: 'canaries', path: 'settings.env' }]]);
    const ran = await assistant(`node ${scriptOf('../mcp/mcp-client.mjs')} $HOLDSHORT_AGENT_ENDPOINT/mcp '${asked}'`);
    expect(said(ran)).toBe('ok');
    const { results } = JSON.parse(ran.stdout) as { results: { text: string }[] };
    asMasked(decoded(results[0]!.text));
  });

  it.each([
    ['a clone', 'git clone -q https://github.com/acme/canaries.git cloned 2>&1'],
    ['an archive', `curl -sS ${API}/repos/acme/canaries/tarball/main`],
  ])('%s is refused', async (_, script) => {
    const since = await stack.lastRequest();
    const ran = await assistant(`${script} || true`);
    expect(ran.text).toMatch(/masking_impossible/);
    expect((await stack.requests(since)).filter(({ path: at }) => /upload-pack$|tarball|tar\.gz/.test(at))).toEqual([]);
  });

  it('a person reads the file as it is', async () => {
    const ran = await stack.script('alice', `curl -sS --fail ${CONTENTS}`, { cwd: stack.dir, flags: ['--human'] });
    expect(decoded(ran.stdout)).toBe(FILE);
  });

  it('the trail says how often, and never what', async () => {
    const events = await stack.events((all) => calls(all).some(({ masked }) => masked !== undefined));
    const masked = calls(events).flatMap((event) => event.masked ?? []);
    expect(new Set(masked.map(({ rule }) => rule))).toEqual(
      new Set(['github-token', 'stripe-key', 'generic-secret', 'iban', 'payment-card', 'private-key']),
    );
    expect(Object.values(CANARIES).filter((canary) => JSON.stringify(events).includes(canary))).toEqual([]);
  });
});
