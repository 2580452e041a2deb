/**
 * The hashes of the last records read, over all chains: for a checkpoint that comes after its records, and to know a
 * record that was delivered twice. Memory is bounded, whatever the input.
 */
export class RecentHashes {
  private readonly hashes = new Map<string, string>();
  private readonly ring: string[] = [];
  private next = 0;

  constructor(private readonly capacity: number) {}

  remember(chainId: string, seq: number, hash: string): void {
    const key = `${chainId} ${seq}`;
    const oldest = this.ring[this.next];
    if (oldest !== undefined && oldest !== key) this.hashes.delete(oldest);
    this.ring[this.next] = key;
    this.next = (this.next + 1) % this.capacity;
    this.hashes.set(key, hash);
  }

  of(chainId: string, seq: number): string | undefined {
    return this.hashes.get(`${chainId} ${seq}`);
  }
}
