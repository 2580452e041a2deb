import { ByteReader, readPktLine } from './byte-reader.js';
import { GitProtocolError, malformed, unreadable } from './git-protocol-error.js';
import { parseCapabilities } from './push-capabilities.js';
import type { PushCapabilities } from './push-capabilities.js';
import { parsePushCertificate } from './push-certificate.js';
import { parseCommand } from './push-command.js';
import type { PushCommand } from './push-command.js';
import { decodeName } from './ref-name.js';
import type { SidebandMode } from './sideband.js';

export interface ReceivePackLimits {
  /** Refs in one push. */
  maxCommands: number;
  /** Bytes of all that stands before the pack. */
  maxHeaderBytes: number;
}

/** Mirrors of 50,000 refs exist; at about 140 bytes a command they take 7 MB. */
export const DEFAULT_RECEIVE_PACK_LIMITS: ReceivePackLimits = { maxCommands: 50_000, maxHeaderBytes: 16 * 1024 * 1024 };

export interface ReceivePackCommands {
  /** The body was only `0000`: git's question whether a large body would be taken. Nothing is pushed. */
  probe: boolean;
  commands: PushCommand[];
  capabilities: Map<string, string | true>;
  pushOptions: string[];
  /** Commits without their parents in the client's repository. */
  shallow: string[];
  /** A signed push: the certificate as received, signature included. Its commands are in `commands`. */
  certificate?: Buffer;
  objectFormat: 'sha1' | 'sha256';
  atomic: boolean;
  sideband: SidebandMode;
  reportStatus: 'none' | 'v1' | 'v2';
  /** Exactly the bytes before the pack. */
  header: Buffer;
  /** The pack; ends without a byte when every command is a deletion, and throws `push_unreadable` if one came after all. */
  rest: AsyncIterable<Buffer>;
}

/**
 * Reads the body of `POST /git-receive-pack` up to the pack (gitprotocol-pack, "Reference Update Request").
 * Stricter than git where git would read one body in two ways: capabilities anywhere but on the first command,
 * a ref named twice, both a certificate and commands, names that are no ref names.
 *
 * @throws GitProtocolError `request_malformed` or, over a limit, `push_too_large`
 */
export async function readReceivePackCommands(
  source: AsyncIterable<Buffer>,
  limits: ReceivePackLimits = DEFAULT_RECEIVE_PACK_LIMITS,
): Promise<ReceivePackCommands> {
  const reader = new HeaderReader(new ByteReader(source), limits);
  const first = await readUpdateRequests(reader);
  const pushOptions = first.capabilities.all.has('push-options') ? await readPushOptions(reader) : [];
  if (first.certificateOptions !== undefined) assertSameOptions(first.certificateOptions, pushOptions);
  const probe = first.commands.length === 0;
  if (probe && (first.shallow.length > 0 || !(await reader.bytes.atEnd()))) throw malformed('it pushes nothing');
  const { all, ...capabilities } = first.capabilities;
  return {
    probe,
    commands: first.commands,
    capabilities: all,
    pushOptions,
    shallow: first.shallow,
    ...(first.certificate === undefined ? {} : { certificate: first.certificate }),
    ...capabilities,
    header: reader.header(),
    rest: first.commands.every((command) => isZeroId(command.newId)) ? nothing(reader.bytes) : reader.bytes.rest(),
  };
}

/** The id that stands for "no object": the ref is created (old) or deleted (new). */
export const isZeroId = (id: string): boolean => /^0+$/.test(id);

/** Packets up to the pack, counted against the limits and kept to be forwarded as they came. */
class HeaderReader {
  private readonly parts: Buffer[] = [];
  private size = 0;

  constructor(
    readonly bytes: ByteReader,
    readonly limits: ReceivePackLimits,
  ) {}

  /** The data of the next packet, undefined at a flush. */
  async next(): Promise<Buffer | undefined> {
    const packet = await readPktLine(this.bytes);
    if (packet === undefined) throw malformed('it ends before the list of refs does');
    for (const part of packet.raw) this.size += part.length;
    if (this.size > this.limits.maxHeaderBytes)
      throw tooMany(`its commands are over ${this.limits.maxHeaderBytes} bytes`);
    this.parts.push(...packet.raw);
    if (packet.line.kind === 'data') return packet.line.data;
    if (packet.line.kind === 'flush') return undefined;
    throw malformed('it contains a packet of protocol v2');
  }

  header(): Buffer {
    return Buffer.concat(this.parts);
  }
}

const tooMany = (detail: string): GitProtocolError =>
  new GitProtocolError('push_too_large', `The push is too large to inspect: ${detail}.`, {
    advice: 'Push fewer refs at a time.',
  });

interface UpdateRequests {
  commands: PushCommand[];
  shallow: string[];
  capabilities: PushCapabilities;
  certificate?: Buffer;
  certificateOptions?: string[];
}

async function readUpdateRequests(reader: HeaderReader): Promise<UpdateRequests> {
  const shallow: string[] = [];
  for (;;) {
    const line = await reader.next();
    if (line === undefined) return { commands: [], shallow, capabilities: parseCapabilities('') };
    const text = chomp(line);
    if (text.subarray(0, 8).toString('latin1') === 'shallow ') {
      if (shallow.length >= reader.limits.maxCommands) throw tooMany('it names too many shallow commits');
      shallow.push(shallowId(text));
      continue;
    }
    const nul = text.indexOf(0);
    const capabilities = parseCapabilities(nul < 0 ? '' : decodeName(text.subarray(nul + 1), 'the capability list'));
    const body = nul < 0 ? text : text.subarray(0, nul);
    const rest = isCertificate(body)
      ? await readCertified(reader, capabilities)
      : await readPlain(reader, body, capabilities);
    for (const id of shallow) assertIdLength(id, capabilities.objectFormat);
    return { shallow, capabilities, ...rest };
  }
}

const isCertificate = (body: Buffer): boolean => body.toString('latin1') === 'push-cert';

async function readPlain(
  reader: HeaderReader,
  first: Buffer,
  capabilities: PushCapabilities,
): Promise<Pick<UpdateRequests, 'commands'>> {
  const commands = new CommandList(capabilities, reader.limits.maxCommands);
  for (let line: Buffer | undefined = first; line !== undefined; line = await nextLine(reader)) {
    if (isCertificate(line)) throw malformed('it has both a certificate and commands');
    commands.add(line);
  }
  return { commands: commands.list };
}

async function readCertified(
  reader: HeaderReader,
  capabilities: PushCapabilities,
): Promise<Omit<UpdateRequests, 'shallow' | 'capabilities'>> {
  const lines: Buffer[] = [];
  for (;;) {
    const line = await reader.next();
    if (line === undefined) throw malformed('its push certificate has no end');
    if (line.toString('latin1') === 'push-cert-end\n') break;
    lines.push(line);
  }
  if ((await reader.next()) !== undefined) throw malformed('it has both a certificate and commands');
  const certificate = Buffer.concat(lines);
  const parsed = parsePushCertificate(certificate);
  const commands = new CommandList(capabilities, reader.limits.maxCommands);
  for (const line of parsed.commands) commands.add(line);
  if (commands.list.length === 0) throw malformed('its push certificate pushes nothing');
  return { commands: commands.list, certificate, certificateOptions: parsed.pushOptions };
}

class CommandList {
  readonly list: PushCommand[] = [];
  private readonly refs = new Set<string>();

  constructor(
    private readonly capabilities: PushCapabilities,
    private readonly max: number,
  ) {}

  add(line: Buffer): void {
    if (this.list.length >= this.max) throw tooMany(`it names more than ${this.max} refs`);
    const command = parseCommand(line, this.capabilities.objectFormat);
    if (this.refs.has(command.ref)) throw malformed('it names a ref twice');
    this.refs.add(command.ref);
    this.list.push(command);
  }
}

async function nextLine(reader: HeaderReader): Promise<Buffer | undefined> {
  const line = await reader.next();
  if (line?.includes(0) === true) throw malformed('capabilities stand on a line that is not the first command');
  return line === undefined ? undefined : chomp(line);
}

async function readPushOptions(reader: HeaderReader): Promise<string[]> {
  const options: string[] = [];
  for (let line = await nextLine(reader); line !== undefined; line = await nextLine(reader)) {
    if (options.length >= reader.limits.maxCommands) throw tooMany('it has too many push options');
    options.push(decodeName(line, 'a push option'));
  }
  return options;
}

function assertSameOptions(signed: string[], sent: string[]): void {
  if (signed.length === sent.length && signed.every((option, i) => option === sent[i])) return;
  throw malformed('its push options are not those of its certificate');
}

function shallowId(line: Buffer): string {
  const id = line.subarray(8).toString('latin1');
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) throw malformed('a shallow line names no object');
  return id;
}

function assertIdLength(id: string, format: 'sha1' | 'sha256'): void {
  if (id.length !== (format === 'sha1' ? 40 : 64)) throw malformed('a shallow line names no object');
}

const chomp = (line: Buffer): Buffer => (line.at(-1) === 0x0a ? line.subarray(0, -1) : line);

async function* nothing(reader: ByteReader): AsyncGenerator<Buffer> {
  try {
    if (!(await reader.atEnd())) throw unreadable('bytes follow although it only deletes refs');
  } finally {
    await reader.close();
  }
}
