import { ByteReader, readPktLine } from './byte-reader.js';
import { GitProtocolError } from './git-protocol-error.js';
import { encodePktLine } from './pkt-line.js';
import type { PktLine } from './pkt-line.js';

const bad = (what: string): GitProtocolError =>
  new GitProtocolError('push_unreadable', `GitHub's list of refs cannot be read: ${what}.`);

/**
 * The receive-pack advertisement (`info/refs?service=git-receive-pack`, protocol v0 or v1) with `no-thin` among its
 * capabilities, which makes stock git send self-contained packs. Only the first ref's line changes (for an empty
 * repository that is `capabilities^{}`); all else is streamed through byte for byte.
 *
 * @throws GitProtocolError `push_unreadable` for what is no such advertisement: without `no-thin` no push could be read.
 */
export async function* addNoThin(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  let flushes = 0;
  for (;;) {
    const packet = await readPktLine(reader, 'push_unreadable');
    if (packet === undefined) throw bad('it ends early');
    if (packet.line.kind !== 'data') {
      if (packet.line.kind !== 'flush') throw bad('it contains a packet of protocol v2');
      yield* packet.raw;
      // One flush ends the service line; a second one ends an advertisement without any ref.
      if (++flushes === 2) break;
    } else if (isPrelude(packet.line)) {
      yield* packet.raw;
    } else {
      yield withNoThin(packet.line.data);
      break;
    }
  }
  yield* reader.rest();
}

function isPrelude(line: PktLine & { kind: 'data' }): boolean {
  const text = line.data.toString('latin1');
  if (text.startsWith('version ') && text.trimEnd() !== 'version 1')
    throw bad('push is spoken in protocol v0 or v1 only');
  return text.startsWith('# service=git-receive-pack') || text.startsWith('version ');
}

function withNoThin(line: Buffer): Buffer {
  const text = line.toString('latin1');
  if (text.startsWith('ERR ')) return encodePktLine(line);
  const nul = text.indexOf('\0');
  if (nul < 0) throw bad('the first ref names no capabilities');
  const capabilities = text.slice(nul + 1).trimEnd();
  if (capabilities.split(' ').includes('no-thin')) return encodePktLine(line);
  const end = text.endsWith('\n') ? '\n' : '';
  const changed = `${text.slice(0, nul)}\0${capabilities} no-thin${end}`;
  return encodePktLine(Buffer.from(changed, 'latin1'));
}
