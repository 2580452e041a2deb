export interface DecodedNodeId {
  /** `PR`, `I`, `R`, ...; empty for the old form. */
  prefix: string;
  /** The number of the repository that the thing belongs to, where the id carries one. */
  repositoryId?: string;
}

/** MessagePack's unsigned integers, as far as node ids hold them; undefined for anything else. */
function readNumbers(bytes: Buffer): number[] | undefined {
  const count = (bytes[0] ?? 0) - 0x90;
  if (count < 1 || count > 15) return undefined;
  const numbers: number[] = [];
  let at = 1;
  while (numbers.length < count) {
    const mark = bytes[at] ?? 0xc1;
    const size = mark < 0x80 ? 0 : ({ 0xcc: 1, 0xcd: 2, 0xce: 4 }[mark] ?? -1);
    if (size < 0 || at + 1 + size > bytes.length) return undefined;
    numbers.push(size === 0 ? mark : bytes.readUIntBE(at + 1, size));
    at += 1 + size;
  }
  return numbers;
}

/**
 * What a GraphQL node id (`PR_kwDO...`: prefix, then base64url of MessagePack `[0, repository, id]`)
 * says about itself. A hint for caches and messages only: the caller may have made it up, so a
 * decision needs the id resolved by GitHub.
 */
export function decodeNodeId(id: string): DecodedNodeId | undefined {
  const [, prefix = '', payload = ''] = /^([A-Za-z0-9]{1,10})_([A-Za-z0-9_-]{4,200})$/.exec(id) ?? [];
  if (prefix === '') return undefined;
  const numbers = readNumbers(Buffer.from(payload, 'base64url'));
  if (!numbers) return undefined;
  const repository = prefix === 'R' ? numbers[1] : numbers.length > 2 ? numbers[1] : undefined;
  return repository === undefined ? { prefix } : { prefix, repositoryId: String(repository) };
}
