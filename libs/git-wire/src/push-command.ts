import { malformed } from './git-protocol-error.js';
import { decodeName, isRefName } from './ref-name.js';

/** One line of a push: `oldId` all zero creates the ref, `newId` all zero deletes it. */
export interface PushCommand {
  ref: string;
  oldId: string;
  newId: string;
}

const HEX = { sha1: /^[0-9a-f]{40}$/, sha256: /^[0-9a-f]{64}$/ } as const;

/** `old-id SP new-id SP name`, without capabilities and line end. @throws GitProtocolError `request_malformed` */
export function parseCommand(line: Buffer, format: 'sha1' | 'sha256'): PushCommand {
  const hex = format === 'sha1' ? 40 : 64;
  const oldId = line.subarray(0, hex).toString('latin1');
  const newId = line.subarray(hex + 1, 2 * hex + 1).toString('latin1');
  const spaces = line[hex] === 0x20 && line[2 * hex + 1] === 0x20;
  if (!spaces || !HEX[format].test(oldId) || !HEX[format].test(newId)) throw malformed('a line is no ref update');
  const deletes = /^0+$/.test(newId);
  if (deletes && /^0+$/.test(oldId)) throw malformed('a line neither creates, changes nor deletes');
  const ref = decodeName(line.subarray(2 * hex + 2), 'a ref name');
  if (!isRefName(ref, deletes))
    throw malformed('it names a ref that git does not allow', {
      advice: 'Use a name that `git check-ref-format` accepts.',
    });
  return { ref, oldId, newId };
}
