import type { ToolResult } from '@holdshort/model-traffic';

/** A conversation repeats all that was in it in each request; each is recorded once. So many are remembered. */
const REMEMBERED = 20_000;

/** Which results of tools, and which texts, were recorded already. */
export class ToldResults {
  readonly #known = new Set<string>();

  /** Those that were not there before. */
  fresh(sessionId: string, results: readonly ToolResult[]): ToolResult[] {
    return results.filter(({ callId, result }) => this.isFresh(sessionId, callId, result.sha256));
  }

  isFresh(...parts: string[]): boolean {
    const key = JSON.stringify(parts);
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return true;
  }
}
