import { ByteReader, readPktLine } from './byte-reader.js';
import { GitProtocolError } from './git-protocol-error.js';

const bad = (what: string): GitProtocolError =>
  new GitProtocolError('push_unreadable', `GitHub's answer about the repository cannot be read: ${what}.`);

/**
 * The pack in the answer to a v2 `fetch` (gitprotocol-v2, "output = [acknowledgements] [shallow-info] ... packfile").
 * @throws GitProtocolError `push_unreadable` for anything else, with GitHub's words where it gave some
 */
export async function* packOfFetch(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  try {
    while ((await nextText(reader)) !== 'packfile') continue;
    for (;;) {
      const packet = await readPktLine(reader, 'push_unreadable');
      if (packet === undefined) throw bad('it ends inside the pack');
      if (packet.line.kind === 'flush') return;
      if (packet.line.kind !== 'data') throw bad('it has a section after the pack');
      const { data } = packet.line;
      if (data[0] === 3) throw bad(data.toString('utf8', 1, 300).trim());
      if (data[0] === 1) yield data.subarray(1);
    }
  } finally {
    await reader.close();
  }
}

/** The id that HEAD has in the answer to `ls-refs`; null: the repository has no commit. @throws GitProtocolError */
export async function headOfRefs(source: AsyncIterable<Buffer>): Promise<string | null> {
  const reader = new ByteReader(source);
  try {
    for (;;) {
      const text = await nextText(reader, true);
      if (text === undefined) return null;
      const id = /^([0-9a-f]{40}|[0-9a-f]{64}) HEAD(?: |$)/.exec(text)?.[1];
      if (id !== undefined) return id;
    }
  } finally {
    await reader.close();
  }
}

/** Text of the next packet, '' for a delimiter. With `mayEnd`, undefined at the flush. */
async function nextText(reader: ByteReader, mayEnd = false): Promise<string | undefined> {
  const packet = await readPktLine(reader, 'push_unreadable');
  if (packet === undefined) throw bad('it ends early');
  if (packet.line.kind === 'flush' && mayEnd) return undefined;
  if (packet.line.kind === 'delim') return '';
  if (packet.line.kind !== 'data') throw bad('it holds no pack');
  const text = packet.line.data.toString('utf8').trimEnd();
  if (text.startsWith('ERR ')) throw bad(text.slice(4, 300));
  return text;
}
