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
  ['nothing.github.com', 'GET', '/mcp', 'unknown'],
];

describe('routeRequest', () => {
  it.each(ROWS)('%s %s %s', (host, method, path, pipeline) => {
    expect(routeRequest(host, method, path, '').pipeline).toBe(pipeline);
  });
});
