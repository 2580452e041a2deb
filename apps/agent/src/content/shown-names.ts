import type { Intent } from '@holdshort/github-operations';
import { scanText, type ScanPolicy } from '@holdshort/secret-scan';
import type { Finding } from './finding.js';

const NOTHING = new Uint8Array();

/** Names of files and refs are written down in decisions and events; one that holds a secret must not be. */
export class ShownNames {
  readonly findings: Finding[] = [];
  readonly #shown = new Map<string, string>();

  constructor(names: Iterable<string>, policy: ScanPolicy) {
    for (const name of new Set(names)) {
      const found = scanText(NOTHING, name, policy);
      const [first] = found;
      if (first && first.path !== name) this.#shown.set(name, first.path);
      this.findings.push(...found);
    }
  }

  /** The name, or what may be said of it. */
  of(name: string): string {
    return this.#shown.get(name) ?? name;
  }

  ofIntent({ action, target }: Intent): Intent {
    if (this.#shown.size === 0) return { action, target };
    const { ref, paths } = target;
    return {
      action,
      target: {
        ...target,
        ...(ref === undefined ? {} : { ref: this.of(ref) }),
        ...(paths ? { paths: paths.map((path) => this.of(path)) } : {}),
      },
    };
  }
}
