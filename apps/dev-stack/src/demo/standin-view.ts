/** What GitHub's side saw: its refs and the requests that reached it. */
export class StandinView {
  constructor(private readonly control: string) {}

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, this.control));
    return (await response.json()) as T;
  }

  /** The id that a ref points to; undefined where there is none. */
  async ref(repo: string, ref: string): Promise<string | undefined> {
    const refs = await this.get<Record<string, string>>(`/refs/${repo}`);
    return refs[ref];
  }

  /** Bytes of packs that were pushed to it so far. */
  async packBytes(): Promise<number> {
    const requests = await this.get<{ pack_bytes: number }[]>('/requests?since=0');
    return requests.reduce((sum, request) => sum + request.pack_bytes, 0);
  }
}
