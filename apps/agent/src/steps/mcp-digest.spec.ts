import { mcpDigest } from './mcp-digest.js';

const call = (id: number, params: object) => ({ jsonrpc: '2.0', id, method: 'tools/call', params });
const of = (body: unknown) => mcpDigest('api.githubcopilot.com POST /mcp?', body);

describe('the digest of an MCP call', () => {
  const args = { name: 'push_files', arguments: { branch: 'b', files: [{ path: 'p', content: 'c' }] } };

  it('is the same when the client repeats the call', () => {
    const repeated = call(9, { ...args, _meta: { progressToken: 9 } });
    expect(of(call(3, args))).toBe(of(repeated));
  });

  it.each([
    ['another argument', of(call(3, { ...args, arguments: { ...args.arguments, branch: 'c' } }))],
    ['another tool', of(call(3, { ...args, name: 'delete_file' }))],
    ['a second call beside it', of([call(3, args), call(4, args)])],
    ['another field', of({ ...call(3, args), extra: 1 })],
    ['another address', mcpDigest('api.githubcopilot.com POST /mcp/readonly?', call(3, args))],
  ])('is another for %s', (_, digest) => {
    expect(digest).not.toBe(of(call(3, args)));
  });
});
