import { scanText } from '@holdshort/secret-scan';

/** A git object id is no secret, however random it looks. */
const OBJECT_ID = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/**
 * The same value with every text made fit to leave the house: what holds a secret is replaced as a whole, control
 * characters and those that reorder text become `?`.
 */
export function shareable<T>(value: T): T;
export function shareable(value: unknown): unknown {
  if (typeof value === 'string') return shareableText(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => shareable(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shareable(entry)]));
}

function shareableText(text: string): string {
  if (OBJECT_ID.test(text)) return text;
  const secret = scanText(Buffer.from(text), 'notice').find(({ kind }) => kind === 'secret');
  if (secret) return `[redacted: ${secret.rule}]`;
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, (found) => (found === '\n' ? ' ' : '?'));
}
