import { decodeNodeId } from './decode-node-id.js';

const encode = (prefix: string, bytes: number[]): string => `${prefix}_${Buffer.from(bytes).toString('base64url')}`;

describe('decodeNodeId', () => {
  it('reads prefix and repository', () => {
    expect(decodeNodeId(encode('PR', [0x93, 0, 0xce, 0, 1, 0, 0, 0xce, 0, 0, 0, 9]))).toEqual({
      prefix: 'PR',
      repositoryId: '65536',
    });
    expect(decodeNodeId(encode('R', [0x92, 0, 0xcd, 1, 0]))).toEqual({ prefix: 'R', repositoryId: '256' });
    expect(decodeNodeId(encode('U', [0x92, 0, 0xcc, 200]))).toEqual({ prefix: 'U' });
  });

  it('gives nothing for what it cannot read', () => {
    expect(['MDQ6VXNlcjE=', 'PR_', 'PR_####', encode('PR', [0x93, 0, 0xce, 0]), ''].map(decodeNodeId)).toEqual(
      Array(5).fill(undefined),
    );
  });
});
