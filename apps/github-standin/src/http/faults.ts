/** What goes wrong, and for how many matching requests. */
export interface Fault {
  match: RegExp;
  status?: number;
  /** Of the answer with `status`, beside or instead of its own. */
  headers?: Record<string, string>;
  /** JSON of the answer with `status`, instead of its own. */
  body?: unknown;
  delayMs?: number;
  drop?: boolean;
  /** It is done, and the answer lost. */
  loseAnswer?: boolean;
  times: number;
}

/** Faults set by tests, oldest first; the first that matches is used. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults = [];
  }

  /** Takes one use of a fault that matches `GET /path`, `host/path` or `GET host/path`. */
  take(method: string, host: string, pathAndQuery: string): Fault | null {
    const texts = [`${method} ${pathAndQuery}`, `${host}${pathAndQuery}`, `${method} ${host}${pathAndQuery}`];
    const fault = this.#faults.find(({ match, times }) => times > 0 && texts.some((text) => match.test(text)));
    if (!fault) return null;
    fault.times -= 1;
    this.#faults = this.#faults.filter(({ times }) => times > 0);
    return fault;
  }
}
