/** So many different ones are enough to steal one. */
const MOST = 100;

/**
 * Plays the thief: while it is on, the tokens that reach GitHub are kept as they are, so that a test can use one elsewhere.
 * Off, nothing keeps them.
 */
export class Capture {
  #seen: Set<string> | null = null;

  turn(on: boolean): void {
    this.#seen = on ? new Set() : null;
  }

  see(token: string): void {
    if (this.#seen && this.#seen.size < MOST) this.#seen.add(token);
  }

  get tokens(): string[] {
    return [...(this.#seen ?? [])];
  }
}
