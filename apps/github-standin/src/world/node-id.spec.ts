import { decodeNodeId, nodeId } from './node-id.js';

describe('nodeId', () => {
  it('writes the ids of GitHub', () => {
    expect(nodeId('Repository', 812_400_027)).toBe('R_kgDOMGw9mw');
    expect(nodeId('PullRequest', 812_400_027, 812_400_100)).toMatch(/^PR_kwDOMGw9m84/);
  });

  it.each([
    ['Repository', [812_400_027]],
    ['Issue', [812_400_027, 4_000_000_000]],
    ['Ref', [812_400_027, 'refs/heads/main']],
    ['Ref', [812_400_027, 'refs/heads/a-name-that-is-longer-than-31-bytes']],
    ['Commit', [812_400_027, 'f'.repeat(40)]],
  ] as const)('reads its %s back', (type, parts) => {
    expect(decodeNodeId(nodeId(type, ...parts))).toEqual({ type, parts });
  });

  it.each(['', 'R_', 'R_kgDO', 'X_kgDOMGw9mw', 'MDEwOlJlcG9zaXRvcnkx', 'R_kgDOMGw9mw=='])('does not read %p', (id) => {
    expect(decodeNodeId(id)).toBeNull();
  });
});
