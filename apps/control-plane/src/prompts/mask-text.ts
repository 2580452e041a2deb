import { maskSecretLines } from '@holdshort/secret-scan';

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
  const lines = maskSecretLines(text.split('\n'), 'prompt');
  return lines && maskPersonal(lines.join('\n'));
}

const maskPersonal = (text: string): string =>
  PERSONAL.reduce((masked, [pattern, name]) => masked.replace(pattern, `[masked: ${name}]`), text);
