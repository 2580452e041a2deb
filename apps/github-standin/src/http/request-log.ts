/** One request that reached the stand-in; the shape of `GET /requests` on the control port. */
export interface LoggedRequest {
  n: number;
  time: string;
  host: string;
  method: string;
  /** Without query. */
  path: string;
  query: string;
  /** 0 while the answer is not finished or where the connection was cut. */
  status: number;
  /** Hex SHA-256 of the bare token; `null` without one. */
  authorization_sha256: string | null;
  body_bytes: number;
  /** Bytes of a receive-pack body from "PACK" on. */
  pack_bytes: number;
}

/** About 30 MB of records: enough for a load test, bounded for a stack that runs for days. */
const KEPT = 100_000;

export class RequestLog {
  #entries: LoggedRequest[] = [];
  #last = 0;

  add(request: Pick<LoggedRequest, 'host' | 'method' | 'path' | 'query' | 'authorization_sha256'>): LoggedRequest {
    this.#last += 1;
    const entry = {
      n: this.#last,
      time: new Date().toISOString(),
      ...request,
      status: 0,
      body_bytes: 0,
      pack_bytes: 0,
    };
    this.#entries.push(entry);
    if (this.#entries.length > KEPT * 1.1) this.#entries = this.#entries.slice(-KEPT);
    return entry;
  }

  /** Requests with a number above `n`, oldest first. */
  since(n: number): LoggedRequest[] {
    return this.#entries.filter((entry) => entry.n > n);
  }
}
