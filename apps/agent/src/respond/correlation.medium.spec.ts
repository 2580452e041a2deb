import { encodePktLine } from '@holdshort/git-wire';
import { requireValidEvents } from '@holdshort/testkit/events';
import { DENIED, exchangeBytes, RunningAgent } from '../test-support/running-agent.js';

const ID = '([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})';
const ZEROS = '0'.repeat(40);
const DELETION = Buffer.concat([
  encodePktLine(`${'a'.repeat(40)} ${ZEROS} refs/heads/x\0 report-status side-band-64k agent=git/2.40.0`),
  Buffer.from('0000'),
]);
const mcp = (method: string, params: object): string => JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });

interface Refused {
  surface: string;
  host: string;
  method: string;
  path: string;
  type?: string;
  body?: string | Buffer;
  /** How the id stands there; each of them. */
  shows: readonly string[];
}

const words = `reason policy_forbids, decision dec_2, call ${ID}`;
const field = `"correlation_id":"${ID}"`;

const REFUSED: readonly Refused[] = [
  {
    ...{ surface: 'git push', host: 'github.com', method: 'POST', path: '/acme/app.git/git-receive-pack' },
    ...{ type: 'application/x-git-receive-pack-request', body: DELETION },
    shows: [`holdshort: ${words}\\n`, `ng refs/heads/x Not by an assistant\\. .*\\(call ${ID}\\)\\n`],
  },
  {
    ...{ surface: 'git push, advertisement', host: 'github.com', method: 'GET' },
    path: '/acme/app.git/info/refs?service=git-receive-pack',
    shows: [`holdshort: ${words}\\n`],
  },
  {
    ...{ surface: 'git fetch', host: 'github.com', method: 'POST', path: '/acme/app.git/git-upload-pack' },
    ...{ type: 'application/x-git-upload-pack-request', body: '0000' },
    shows: [`holdshort: ${words}\\n`],
  },
  {
    ...{ surface: 'REST', host: 'api.github.com', method: 'GET', path: '/repos/acme/app' },
    shows: [`\\(${words}\\)`, field],
  },
  {
    ...{ surface: 'GraphQL', host: 'api.github.com', method: 'POST', path: '/graphql' },
    ...{ type: 'application/json', body: JSON.stringify({ query: '{ repository(owner:"acme",name:"app") { id } }' }) },
    shows: [`\\(${words}\\)`, `"extensions":{[^}]*${field}`],
  },
  {
    ...{ surface: 'MCP tool', host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', type: 'application/json' },
    body: mcp('tools/call', { name: 'list_branches', arguments: { owner: 'acme', repo: 'app' } }),
    shows: [`"isError":true`, `\\(${words}\\)`, `"_meta":{"holdshort":{[^}]*${field}`],
  },
  {
    ...{
      surface: 'MCP request',
      host: 'api.githubcopilot.com',
      method: 'POST',
      path: '/mcp',
      type: 'application/json',
    },
    body: mcp('resources/read', { uri: 'repo://acme/app/contents/a' }),
    shows: [`"error":{"code":-32000`, `\\(${words}\\)`, `"data":{[^}]*${field}`],
  },
  {
    ...{ surface: 'model', host: 'api.githubcopilot.com', method: 'POST', path: '/chat/completions' },
    ...{ type: 'application/json', body: '{"messages":[]}' },
    shows: [`"error":{"message":"[^"]*\\(${words}\\)`, field],
  },
  {
    ...{ surface: 'LFS', host: 'github.com', method: 'POST', path: '/acme/app.git/info/lfs/objects/batch' },
    ...{ type: 'application/vnd.git-lfs+json' },
    body: JSON.stringify({ operation: 'download', transfers: ['basic'], objects: [{ oid: 'b'.repeat(64), size: 1 }] }),
    shows: [`\\(${words}\\)`, `"request_id":"${ID}"`],
  },
  {
    ...{ surface: 'registry', host: 'ghcr.io', method: 'GET', path: '/v2/acme/app/manifests/latest' },
    shows: [`"errors":\\[{"code":"DENIED"`, `\\(${words}\\)`, field],
  },
];

const requestBytes = ({ host, method, path, type, body = '' }: Refused): Buffer =>
  Buffer.concat([
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
    ),
    Buffer.from(body),
  ]);

// Contract: whatever way a refused call came, its answer shows the id under which its events are found.
describe('the correlation id of a refusal', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await RunningAgent.start({}, { decision: DENIED });
  });
  beforeEach(() => {
    agent.events.length = 0;
    agent.reached.length = 0;
  });
  afterEach(() => requireValidEvents(agent.sealed()));
  afterAll(() => agent.stop());

  /** The one id that the answer shows at each of the places. */
  function idIn(answer: string, shows: readonly string[]): string {
    const ids = shows.flatMap((pattern) => {
      const found = new RegExp(pattern, 's').exec(answer);
      expect({ pattern, found: found !== null, answer }).toEqual({ pattern, found: true, answer });
      return found?.[1] === undefined ? [] : [found[1]];
    });
    expect(new Set(ids).size).toBe(1);
    return ids[0] ?? '';
  }

  const expectEventsOf = (id: string): void => {
    expect(agent.events.length).toBeGreaterThan(0);
    expect([...new Set(agent.events.map(({ correlation_id }) => correlation_id))]).toEqual([id]);
    expect(agent.events.at(-1)).toMatchObject({ outcome: 'refused' });
    expect(agent.reached).toEqual([]);
  };

  it.each(REFUSED)('$surface', async (refused) => {
    const answer = await exchangeBytes(await agent.inside(refused.host), requestBytes(refused));
    const id = idIn(answer, [...refused.shows, `x-holdshort-correlation-id: ${ID}\r\n`]);
    expectEventsOf(id);
  });

  it('CONNECT', async () => {
    const answer = await exchangeBytes(
      agent.proxy(),
      'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n',
    );
    expectEventsOf(idIn(answer, [`holdshort: reason host_unknown, call ${ID}\n`]));
  });

  it('a request that cannot be read', async () => {
    const answer = await exchangeBytes(agent.endpoint(), 'GET /api/v3/user HTTP/1.1\r\nHost : x\r\n\r\n');
    expectEventsOf(idIn(answer, [`\\(reason request_malformed, call ${ID}\\)`, field]));
  });
});
