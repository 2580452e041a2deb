import { readFile, readdir, readlink } from 'node:fs/promises';

/** So many processes that were found last are asked first: an assistant opens one connection after the other. */
const RECENT = 16;
const SOCKET = /^socket:\[(\d+)\]$/;

/**
 * Which process is at the other end of a loopback connection, by /proc (proc(5)): the connection's inode, and who holds it.
 * One look at a time. What is read for one serves all others that asked before it was read: two hundred streams that begin
 * together cost about as much as one. Nothing older is believed, since ports are used again.
 */
export class SocketOwners {
  #turn: Promise<unknown> = Promise.resolve();
  #tables = { text: '', at: -1 };
  readonly #holders = new Map<string, { pid: string; at: number }>();
  #recent: string[] = [];

  /** @returns the process's id; undefined where nobody can be seen who holds it */
  pidOf(clientPort: number, serverPort: number): Promise<string | undefined> {
    const since = performance.now();
    const found = this.#turn.then(() => this.#look(clientPort, serverPort, since));
    this.#turn = found.catch(() => undefined);
    return found;
  }

  async #look(clientPort: number, serverPort: number, since: number): Promise<string | undefined> {
    const inode = await this.#inodeOf(clientPort, serverPort, since);
    const pid = inode === undefined ? undefined : await this.#holderOf(inode, since);
    if (pid !== undefined) this.#recent = [pid, ...this.#recent.filter((other) => other !== pid)].slice(0, RECENT);
    return pid;
  }

  /** The client's end of the connection: its local port is our remote port. */
  async #inodeOf(clientPort: number, serverPort: number, since: number): Promise<string | undefined> {
    if (this.#tables.at < since) {
      const at = performance.now();
      const [v4, v6] = await Promise.all(
        ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
      );
      this.#tables = { text: `${v4 ?? ''}\n${v6 ?? ''}`, at };
    }
    const [client, server] = [clientPort, serverPort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'));
    // local and remote address, then state, queues, timer, retransmissions, uid, timeout, inode
    const line = new RegExp(`: [0-9A-F]+:${client} [0-9A-F]+:${server} \\S+ +\\S+ +\\S+ +\\S+ +\\d+ +\\d+ +(\\d+)`);
    return line.exec(this.#tables.text)?.[1];
  }

  async #holderOf(inode: string, since: number): Promise<string | undefined> {
    const known = this.#holders.get(inode);
    if (known && known.at >= since) return known.pid;
    this.#holders.clear();
    for (const pid of this.#recent) if (await this.#holds(pid, inode)) return pid;
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).reverse();
    for (const pid of pids) if (await this.#holds(pid, inode)) return pid;
    return undefined;
  }

  async #holds(pid: string, wanted: string): Promise<boolean> {
    const at = performance.now();
    // a process that ends meanwhile, or belongs to another user, is simply not the one
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
    const inodes = links.flatMap((link) => SOCKET.exec(link)?.[1] ?? []);
    for (const inode of inodes) this.#holders.set(inode, { pid, at });
    return inodes.includes(wanted);
  }
}
