import type { BlobSink } from '@holdshort/git-wire';
import { ContentScanner, pathKind } from '@holdshort/secret-scan';

/** Smaller contents are still in the pack reader's cache afterwards. */
const LEAST_BYTES = 8 * 1024;
/** Ids kept, about 100 bytes each. */
const MOST_IDS = 20_000;
/** Any name of the kind that most rules apply to, but for instructions of assistants. */
const SOURCE = 'a.txt';

/**
 * Scans blobs while the pack arrives, when the agent would wait for the client anyway. What a blob will be called is not
 * known yet, so only one verdict is kept: that nothing is in it, whatever its name. Everything else is scanned again.
 */
export class ScanAhead {
  private readonly nothing = new Set<string>();

  /** For `readPack`. */
  readonly onBlob = (size: number): BlobSink | undefined => {
    if (size < LEAST_BYTES || this.nothing.size >= MOST_IDS) return undefined;
    const scanner = new ContentScanner(SOURCE);
    return {
      write: (chunk) => {
        scanner.push(chunk);
      },
      end: (id) => {
        if (scanner.end().length === 0) this.nothing.add(id);
      },
    };
  };

  /** Instructions are held to more rules than were asked. */
  foundNothing(id: string, paths: readonly string[]): boolean {
    return this.nothing.has(id) && paths.every((path) => pathKind(path) !== 'instructions');
  }
}
