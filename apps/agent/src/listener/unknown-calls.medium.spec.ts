import { GITHUB_HOSTS } from '@holdshort/github-operations';
import { requireValidEvents } from '@holdshort/testkit/events';
import { exchangeBytes, RunningAgent } from '../test-support/running-agent.js';

const PATHS = ['/no/such/thing-here', '/'];
const UNLISTED = ['unheard-of.github.com', 'unheard-of.githubusercontent.com', 'unheard-of.ghcr.io'];
/** Places of the endpoint and the host that each stands for. */
const ENDPOINT: [path: string, host: string, shown: string][] = [
  ['/git/no/such/thing', 'github.com', '/no/such/thing'],
  ['/api/v3/no/such/thing', 'api.github.com', '/no/such/thing'],
  ['/api/uploads/no/such/thing', 'uploads.github.com', '/no/such/thing'],
  ['/raw/no/such', 'raw.githubusercontent.com', '/no/such'],
  ['/copilot/no/such/thing', 'api.githubcopilot.com', '/no/such/thing'],
];

// Contract: what is not known on a host of GitHub's is refused with a reason that names host and path, and recorded.
describe('calls that nobody knows', () => {
  let agent: RunningAgent;

  beforeAll(async () => {
    agent = await RunningAgent.start();
  });
  afterEach(() => requireValidEvents(agent.sealed()));
  afterAll(() => agent.stop());
  beforeEach(() => {
    agent.events.length = 0;
    agent.reached.length = 0;
  });

  const request = (method: string, path: string, host: string, body = ''): string =>
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;

  function expectNamed(answer: string, host: string, path: string): void {
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).toContain(` ${path} on ${host} `);
    expect(agent.reached).toEqual([]);
    expect(agent.events.map(({ type, error }) => [type, error?.code])).toEqual([['call.refused', 'operation_unknown']]);
  }

  it.each([...GITHUB_HOSTS, ...UNLISTED].flatMap((host) => PATHS.map((path) => [host, path] as const)))(
    'proxy: https://%s%s',
    async (host, path) => {
      // GET / of the API is its index, a known call
      const method = host === 'api.github.com' ? 'DELETE' : 'GET';
      expectNamed(await exchangeBytes(await agent.inside(host), request(method, path, host)), host, path);
    },
  );

  it.each([
    ['GET', '/user'],
    ['GET', '/rate_limit'],
    ['POST', '/graphql'],
    ['PUT', '/repos/acme/app/contents/a.txt'],
  ])('a path of the API is none elsewhere: %s https://github.com%s', async (method, path) => {
    expectNamed(
      await exchangeBytes(await agent.inside('github.com'), request(method, path, 'github.com')),
      'github.com',
      path,
    );
  });

  it.each(ENDPOINT)('endpoint: %s', async (path, host, shown) => {
    const own = `127.0.0.1:${agent.endpointPort}\r\nAuthorization: Bearer ghu_holdshort_0123456789abcdef0123456789abcdef`;
    expectNamed(await exchangeBytes(agent.endpoint(), request('DELETE', path, own)), host, shown);
  });
});
