import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/** V8's own counters of one script, block by block: tells whether an input ran something that none before it ran. */
export class BlockCoverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  constructor(private readonly url: string) {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get blocks(): number {
    return this.seen.size;
  }

  /** How many blocks ran since the last call that had never run before. */
  takeNew(): number {
    const before = this.seen.size;
    for (const { functions, url } of this.take()) if (url === this.url) for (const ran of functions) this.add(ran);
    return this.seen.size - before;
  }

  /** A session in the same thread answers before `post` returns. */
  private take(): Profiler.ScriptCoverage[] {
    let result: Profiler.ScriptCoverage[] = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      result = answer.result;
    });
    return result;
  }

  private add({ ranges }: Profiler.FunctionCoverage): void {
    for (const { startOffset, endOffset, count } of ranges) if (count > 0) this.seen.add(`${startOffset} ${endOffset}`);
  }
}
