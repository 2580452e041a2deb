import type { Finding } from './finding.js';
import { scanText } from './scan-text.js';

/** Where one secret hides behind another, the next round finds it; a text that needs more is not shown. */
const MAX_ROUNDS = 8;
/** From here on a private key's lines follow, of which only the first is found. */
const KEY_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY/;
const KEY_END = /-----END [A-Z ]*PRIVATE KEY/;

/**
 * The lines without secrets. A line with a secret goes as a whole: what stands around it may be part of it. As many
 * lines come back as were given.
 * @param path what the text is, for rules that depend on it
 * @returns undefined where it cannot be told that none is left; then the text must not be shown or kept
 */
export function maskSecretLines(text: readonly string[], path: string): string[] | undefined {
  let lines = [...text];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = scanText(Buffer.from(lines.join('\n')), path).filter(hidesSomething);
    if (found.length === 0) return lines;
    if (found.some(({ kind, line }) => kind === 'unscanned' || line < 1)) return undefined;
    lines = withoutLines(lines, new Map(found.map(({ line, rule }) => [line, rule])));
  }
  return undefined;
}

const hidesSomething = ({ kind }: Finding): boolean => kind !== 'hidden-text';

function withoutLines(lines: readonly string[], rules: ReadonlyMap<number, string>): string[] {
  let inKey = false;
  return lines.map((line, n) => {
    const rule = rules.get(n + 1);
    const begins = rule !== undefined && KEY_BEGIN.test(line);
    const isMasked = rule !== undefined || inKey;
    inKey = (inKey || begins) && !KEY_END.test(line);
    return isMasked ? `[masked: ${rule ?? 'private key'}]` : line;
  });
}
