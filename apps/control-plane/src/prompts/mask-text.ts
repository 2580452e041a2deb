import { scanText } from '@holdshort/secret-scan';

/** Where one secret hides behind another, the next round finds it; a text that needs more is not kept. */
const MAX_ROUNDS = 8;
/** From here on a private key's lines follow, of which only the first is found. */
const KEY_BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY/;
const KEY_END = /-----END [A-Z ]*PRIVATE KEY/;

/** Personal data that has a form of its own. */
const PERSONAL: readonly [RegExp, string][] = [
  [/[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, 'e-mail'],
  [/\+\d{1,3}[ ()./-]{0,3}(?:\d[ ()./-]{0,2}){6,12}\d/g, 'phone'],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g, 'iban'],
  [/\b(?:\d[ -]?){12,18}\d\b/g, 'card'],
];

/**
 * The text without secrets and personal data. A line with a secret goes as a whole: what stands around it may be part
 * of it.
 * @returns undefined where it cannot be told that none is left; then the text is not kept
 */
export function maskText(text: string): string | undefined {
  let lines = text.split('\n');
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = scanText(Buffer.from(lines.join('\n')), 'prompt').filter(({ kind }) => kind !== 'hidden-text');
    if (found.length === 0) return maskPersonal(lines.join('\n'));
    if (found.some(({ kind, line }) => kind === 'unscanned' || line < 1)) return undefined;
    lines = withoutLines(lines, new Map(found.map(({ line, rule }) => [line, rule])));
  }
  return undefined;
}

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

const maskPersonal = (text: string): string =>
  PERSONAL.reduce((masked, [pattern, name]) => masked.replace(pattern, `[masked: ${name}]`), text);
