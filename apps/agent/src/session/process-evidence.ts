import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { EventProcess } from '@holdshort/audit-events';
import { processChain } from './process-chain.js';
import { isSessionCredential } from './session-registry.js';
import { SocketOwners } from './socket-owners.js';

/** Where `holdshort run` leaves the session's credential for the child and its children. */
const VARIABLE = 'HOLDSHORT_SESSION_CREDENTIAL=';
/** A scan costs about 10 ms; a keep-alive connection asks once per request. */
const REMEMBER_MS = 5_000;
/** Processes whose ancestors are known. */
const REMEMBERED = 64;

export interface ProcessEvidence {
  /** The session credential in the environment of the process at the other end of a loopback connection. */
  credentialOf(socket: Socket): Promise<string | undefined>;
  /** That process and those above it. */
  chainOf(socket: Socket): Promise<EventProcess | undefined>;
}

/**
 * Linux only: socket -> inode -> process -> environment. Whoever can set that environment could as well send
 * the credential, so this proves exactly as much as the credential does. Elsewhere it finds nothing.
 */
export class LinuxProcessEvidence implements ProcessEvidence {
  readonly #known = new WeakMap<Socket, { credential: string | undefined; until: number }>();
  readonly #chains = new WeakMap<Socket, Promise<EventProcess | undefined>>();
  readonly #owners = new SocketOwners();
  readonly #chainsOf = new Map<string, { chain: Promise<EventProcess | undefined>; at: number }>();

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
    const since = performance.now();
    const chain = this.#pidOf(socket)
      .then((pid) => (pid === undefined ? undefined : this.#chainAbove(pid, since)))
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
    return this.#owners.pidOf(socket.remotePort, socket.localPort);
  }

  /** What was read of a process serves all that asked before it was read. */
  #chainAbove(pid: string, since: number): Promise<EventProcess | undefined> {
    const known = this.#chainsOf.get(pid);
    if (known && known.at >= since) return known.chain;
    const read = { chain: processChain(pid), at: performance.now() };
    this.#chainsOf.delete(pid);
    this.#chainsOf.set(pid, read);
    const [oldest] = this.#chainsOf.keys();
    if (this.#chainsOf.size > REMEMBERED && oldest !== undefined) this.#chainsOf.delete(oldest);
    return read.chain;
  }
}

async function credentialIn(pid: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const entry = environment.split('\0').find((variable) => variable.startsWith(VARIABLE));
  const credential = entry?.slice(VARIABLE.length);
  return credential !== undefined && isSessionCredential(credential) ? credential : undefined;
}
