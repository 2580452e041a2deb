import { readFile, readdir, readlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { EventProcess } from '@holdshort/audit-events';
import { processChain } from './process-chain.js';
import { isSessionCredential } from './session-registry.js';

/** Where `holdshort run` leaves the session's credential for the child and its children. */
const VARIABLE = 'HOLDSHORT_SESSION_CREDENTIAL=';
/** A scan costs about 10 ms; a keep-alive connection asks once per request. */
const REMEMBER_MS = 5_000;

export interface ProcessEvidence {
  /** The session credential in the environment of the process at the other end of a loopback connection. */
  credentialOf(socket: Socket): Promise<string | undefined>;
  /** That process and those above it. */
  chainOf(socket: Socket): Promise<EventProcess | undefined>;
}

/** So many processes that were found last are asked first: an assistant opens one connection after the other. */
const RECENT = 16;

/**
 * Linux only: socket -> inode -> process -> environment. Whoever can set that environment could as well send
 * the credential, so this proves exactly as much as the credential does. Elsewhere it finds nothing.
 */
export class LinuxProcessEvidence implements ProcessEvidence {
  readonly #known = new WeakMap<Socket, { credential: string | undefined; until: number }>();
  readonly #chains = new WeakMap<Socket, Promise<EventProcess | undefined>>();
  #recent: string[] = [];

  async credentialOf(socket: Socket): Promise<string | undefined> {
    const known = this.#known.get(socket);
    if (known && known.until > Date.now()) return known.credential;
    const credential = await this.#look(socket).catch(() => undefined);
    this.#known.set(socket, { credential, until: Date.now() + REMEMBER_MS });
    return credential;
  }

  /** Looked for once for each connection: its owner stays the same. */
  chainOf(socket: Socket): Promise<EventProcess | undefined> {
    const known = this.#chains.get(socket);
    if (known) return known;
    const chain = this.#pidOf(socket)
      .then((pid) => (pid === undefined ? undefined : processChain(pid)))
      .catch(() => undefined);
    this.#chains.set(socket, chain);
    return chain;
  }

  async #look(socket: Socket): Promise<string | undefined> {
    const pid = await this.#pidOf(socket);
    return pid === undefined ? undefined : credentialIn(pid);
  }

  async #pidOf(socket: Socket): Promise<string | undefined> {
    if (process.platform !== 'linux' || socket.remotePort === undefined || socket.localPort === undefined)
      return undefined;
    const inode = await clientInode(socket.remotePort, socket.localPort);
    if (inode === undefined) return undefined;
    const pid = await ownerOf(inode, this.#recent);
    if (pid !== undefined) this.#recent = [pid, ...this.#recent.filter((other) => other !== pid)].slice(0, RECENT);
    return pid;
  }
}

/** The client's end in /proc/net/tcp: its local port is our remote port. Columns: proc(5). */
async function clientInode(clientPort: number, serverPort: number): Promise<string | undefined> {
  const hex = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'latin1').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(hex(clientPort)) && columns[2]?.endsWith(hex(serverPort))) return columns[9];
    }
  }
  return undefined;
}

async function ownerOf(inode: string, recent: readonly string[]): Promise<string | undefined> {
  const wanted = `socket:[${inode}]`;
  for (const pid of recent) {
    if (await holds(pid, wanted)) return pid;
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).reverse();
  for (const pid of pids) {
    if (await holds(pid, wanted)) return pid;
  }
  return undefined;
}

async function holds(pid: string, wanted: string): Promise<boolean> {
  // a process that ends meanwhile, or belongs to another user, is simply not the one
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return links.includes(wanted);
}

async function credentialIn(pid: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const entry = environment.split('\0').find((variable) => variable.startsWith(VARIABLE));
  const credential = entry?.slice(VARIABLE.length);
  return credential !== undefined && isSessionCredential(credential) ? credential : undefined;
}
