import { fileURLToPath } from 'node:url';
import { execute, said } from '../../harness/execute.js';
import { Stack, calls, type GithubRequest, type StoredEvent } from '../../harness/stack.js';
import { WAYS, type Verdict, type Way } from './ways.js';

const hasGh = (await execute(['sh', '-c', 'command -v gh'])).code === 0;
if (!hasGh) process.stderr.write('SKIPPED: gh is not installed (Debian package gh), so its ways are not tried\n');
const ways = WAYS.filter(({ client }) => hasGh || client !== 'gh');
const octokitScript = fileURLToPath(new URL('octokit-request.mjs', import.meta.url));

/** Variables of GraphQL calls are i, j, ... in the order given. */
const FUNCTIONS = `
gh_graphql() {
  local query="$1" variables="" name=i; shift
  for value in "$@"; do variables="$variables\${variables:+,}\\"$name\\":$value"; name=j; done
  jq -n --arg query "$query" --argjson variables "{$variables}" '{query: $query, variables: $variables}' | gh api graphql --input -
}
octokit() { "${process.execPath}" "${octokitScript}" "$@"; }
`;
/** In place of jq, which is not everywhere. */
const JQ = `jq() { "${process.execPath}" -e 'console.log(JSON.stringify({ query: process.argv[1], variables: JSON.parse(process.argv[2]) }))' "$4" "$7"; }`;

const title = ({ client, surface, name }: Way): string => `${client}, ${surface}: ${name}`;
const topicOf = (way: Way): string => `wip/w${WAYS.indexOf(way)}`;
const REFUSED = /[Hh]oldshort:? refused|remote rejected/;
const HELD = /needs approval by 1 of group eng/;

/** A request to GitHub that could change something; git and GraphQL reads are POST as well. */
const isWrite = ({ method, path }: GithubRequest): boolean =>
  !['GET', 'HEAD'].includes(method) &&
  !/access_tokens$|installation\/token$|git-upload-pack$|\/graphql$/.test(path.split('?')[0] ?? '');

describe('ways to change main', () => {
  let stack: Stack;
  const facts: Record<string, string> = {};

  beforeAll(async () => {
    // A merge that nobody approves would wait for the whole window
    stack = await Stack.start({ env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: '1' } });
    await stack.signIn('alice', 'sam');
    const topics = WAYS.filter(({ topic }) => topic).map((way) => `HEAD:refs/heads/${topicOf(way)}`);
    const ran = await stack.script(
      'alice',
      `git clone -q https://github.com/acme/app.git app && cd app && git config user.email a@b && git config user.name a
       git push -q origin ${topics.join(' ')}
       git checkout -q -b topic/pr && echo pr > pr.txt && git add . && git commit -qm pr && git push -q origin topic/pr
       curl -sS --fail-with-body https://api.github.com/repos/acme/app/pulls -d '{"title":"t","head":"topic/pr","base":"main"}' > ../pull.json
       curl -sS --fail-with-body https://api.github.com/repos/acme/app > ../repo.json`,
      { cwd: stack.dir },
    );
    expect(said(ran)).toBe('ok');
    const read = async (name: string) =>
      JSON.parse((await execute(['cat', stack.workFile(name)])).stdout) as Record<string, unknown>;
    const [pull, repo] = [await read('pull.json'), await read('repo.json')];
    Object.assign(facts, { PR: String(pull['number']), PRN: String(pull['node_id']) });
    Object.assign(facts, { N: String(repo['id']), R: String(repo['node_id']) });
    facts['NEW'] = (await stack.refs('acme/app'))['refs/heads/topic/pr'] ?? '';
  }, 180_000);
  afterAll(() => stack.stop());

  async function attempt(way: Way, branch: string, suffix: string) {
    const id = `"{\\"query\\":\\"{ repository(owner: \\\\\\"acme\\\\\\", name: \\\\\\"app\\\\\\") { ref(qualifiedName: \\\\\\"refs/heads/${branch}\\\\\\") { id } } }\\"}"`;
    const setup = [
      FUNCTIONS,
      JQ,
      'echo "session $HOLDSHORT_SESSION_ID"',
      'git fetch -q --prune origin && git checkout -q --detach origin/main',
      way.surface === 'graphql'
        ? `REF=$(curl -sS https://api.github.com/graphql -d ${id} | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`
        : 'REF=',
      'echo MARK',
    ];
    const since = await stack.lastRequest();
    const before = await stack.refs('acme/app');
    const env = { ...facts, B: branch, SUFFIX: suffix, OLD: before[`refs/heads/${branch}`] ?? '' };
    const ran = await stack.script('alice', [...setup, way.script].join('\n'), { cwd: stack.workFile('app'), env });
    const session = /^session (\S+)$/m.exec(ran.text)?.[1] ?? '';
    return {
      ran,
      session,
      before,
      after: await stack.refs('acme/app'),
      reached: (await stack.requests(since)).filter(isWrite),
    };
  }

  const sessions = new Map<Way, string>();

  function expectVerdict(text: string, code: number | null, verdict: Verdict): void {
    if (verdict === 'passes') expect(code === 0 ? 'ok' : `exit ${String(code)}\n${text}`).toBe('ok');
    else {
      expect(text).toMatch(verdict === 'held' ? HELD : REFUSED);
      expect(code).not.toBe(0);
    }
  }

  it.each(ways.map((way) => [title(way), way] as const))('%s', async (_title, way) => {
    const { ran, session, before, after, reached } = await attempt(way, 'main', '');
    expectVerdict(ran.text, ran.code, way.main);
    expect(after).toEqual(before);
    expect(reached).toEqual([]);
    sessions.set(way, session);
  });

  it('records each of them with the intents of its effect, whatever the surface, and never issued a credential', async () => {
    const tried = [...sessions.keys()];
    expect(tried.length).toBeGreaterThan(0);
    const refusals = (events: StoredEvent[], way: Way): StoredEvent[] =>
      events.filter(
        (event) =>
          event.session_id === sessions.get(way) &&
          event.outcome === 'refused' &&
          way.intents.some((intent) => event.request?.intents.includes(intent)),
      );
    const events = calls(await stack.events((all) => tried.every((way) => refusals(all, way).length > 0)));
    for (const way of tried) {
      const recorded = refusals(events, way);
      expect(recorded[0]).toMatchObject({ human: { login: 'alice' }, ai: { tool: 'copilot' } });
      // Without a lease nothing can be forwarded
      expect(recorded.map(({ lease }) => lease)).toEqual(recorded.map(() => undefined));
      const effect = way.main === 'held' ? 'hold' : 'deny';
      expect([title(way), recorded.map(({ decision }) => decision?.effect)]).toEqual([
        title(way),
        recorded.map(() => effect),
      ]);
    }
  });

  it.each(ways.flatMap((way) => (way.topic ? [[title(way), way, way.topic] as const] : [])))(
    'towards a topic branch: %s',
    async (_title, way, verdict) => {
      const { ran, before, after } = await attempt(way, topicOf(way), '-new');
      expectVerdict(ran.text, ran.code, verdict);
      expect(after['refs/heads/main']).toBe(before['refs/heads/main']);
      expect(after).not.toEqual(before);
    },
  );
});
