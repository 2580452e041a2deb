/** Prefix of a node id by type, as GitHub writes them. */
export const NODE_PREFIXES = {
  Repository: 'R',
  User: 'U',
  Organization: 'O',
  Bot: 'BOT',
  Issue: 'I',
  PullRequest: 'PR',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  Label: 'LA',
  Release: 'RE',
  ReleaseAsset: 'RA',
  Ref: 'REF',
  Commit: 'C',
  Tree: 'T',
  Blob: 'B',
} as const;

export type NodeType = keyof typeof NODE_PREFIXES;

/** msgpack: an unsigned 32-bit integer, or a string with the length form GitHub uses. */
function packValue(value: number | string): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(5, 0xce);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  const text = Buffer.from(value);
  if (text.length < 32) return Buffer.concat([Buffer.from([0xa0 | text.length]), text]);
  const head = Buffer.from([0xda, text.length >> 8, text.length & 0xff]);
  return Buffer.concat([head, text]);
}

/** GitHub's node id: base64url of msgpack `[0, ...parts]` behind the type's prefix (`PR_kwDO...`). */
export function nodeId(type: NodeType, ...parts: (number | string)[]): string {
  const packed = Buffer.concat([Buffer.from([0x91 + parts.length, 0]), ...parts.map(packValue)]);
  return `${NODE_PREFIXES[type]}_${packed.toString('base64url')}`;
}

export interface DecodedNodeId {
  type: NodeType;
  parts: (number | string)[];
}

function unpack(bytes: Buffer): (number | string)[] | null {
  const parts: (number | string)[] = [];
  for (let at = 2; at < bytes.length;) {
    const tag = bytes[at] ?? 0;
    if (tag === 0xce && at + 5 <= bytes.length) {
      parts.push(bytes.readUInt32BE(at + 1));
      at += 5;
    } else if (tag === 0xda || (tag & 0xe0) === 0xa0) {
      const [start, length] = tag === 0xda ? [at + 3, bytes.readUInt16BE(at + 1)] : [at + 1, tag & 0x1f];
      parts.push(bytes.toString('utf8', start, start + length));
      at = start + length;
    } else return null;
  }
  return parts;
}

/** `null` for what `nodeId` did not write. */
export function decodeNodeId(id: string): DecodedNodeId | null {
  const mark = id.indexOf('_');
  const [prefix, packed] = [id.slice(0, Math.max(0, mark)), id.slice(mark + 1)];
  const found = Object.entries(NODE_PREFIXES).find(([, value]) => value === prefix);
  if (!found || packed.length < 8) return null;
  const parts = unpack(Buffer.from(packed, 'base64url'));
  const type = found[0] as NodeType;
  return parts && nodeId(type, ...parts) === id ? { type, parts } : null;
}
