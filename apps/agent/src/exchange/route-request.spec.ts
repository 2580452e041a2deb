import { routeRequest } from './route-request.js';

type Row = [host: string, method: string, path: string, pipeline: string];
const ROWS: Row[] = [
  ['api.github.com', 'POST', '/graphql', 'graphql'],
  ['api.github.com', 'GET', '/copilot_internal/user', 'rest'],
  ['github.com', 'POST', '/acme/app/git-receive-pack', 'git-push'],
  ['api.githubcopilot.com', 'POST', '/mcp', 'mcp'],
  ['api.githubcopilot.com', 'POST', '/mcp/x/repos/readonly', 'mcp'],
  ['api.business.githubcopilot.com', 'GET', '/mcp/', 'mcp'],
  ['api.githubcopilot.com', 'POST', '/mcpx', 'copilot'],
  ['api.githubcopilot.com', 'POST', '/chat/completions', 'copilot'],
  ['copilot-telemetry.githubcopilot.com', 'POST', '/telemetry', 'copilot'],
  ['copilot-telemetry.githubcopilot.com', 'POST', '/mcp', 'copilot'],
  ['copilot-proxy.githubusercontent.com', 'POST', '/v1/engines/x/completions', 'copilot'],
  ['github.com', 'POST', '/acme/app.wiki.git/git-receive-pack', 'git-push'],
  ['gist.github.com', 'POST', '/alice/0123.git/git-upload-pack', 'git-read'],
  ['gist.github.com', 'POST', '/0123.git/git-receive-pack', 'git-push'],
  ['gist.github.com', 'GET', '/alice/0123', 'download'],
  ['gist.githubusercontent.com', 'GET', '/alice/0123/raw/a', 'download'],
  ['ghcr.io', 'GET', '/v2/', 'registry'],
  ['ghcr.io', 'POST', '/x/y/git-receive-pack', 'registry'],
  ['pkg-containers.githubusercontent.com', 'GET', '/ghcr1/blobs/x', 'download'],
  ['nothing.github.com', 'GET', '/mcp', 'unknown'],
];

describe('routeRequest', () => {
  it.each(ROWS)('%s %s %s', (host, method, path, pipeline) => {
    expect(routeRequest(host, method, path, '').pipeline).toBe(pipeline);
  });
});
