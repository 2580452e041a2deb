import { malformed } from './git-protocol-error.js';

/** Longest ref that is taken: file systems stop at 255 bytes a component, GitHub's API at about this in all. */
const MAX_REF_BYTES = 1024;

/**
 * Bytes and sequences that `git check-ref-format` refuses (git-check-ref-format(1), rules 3 to 10), on the part after `refs/`.
 */
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|^@$/;

/**
 * Code points that show nothing or turn the text around them: git allows them, but a ref that cannot be told from
 * another one by eye must not stand before an approver. U+200D joins emoji and is kept.
 */
const INVISIBLE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Whether git would take `ref` as a name to write; with `deleting` also one directly under `refs/`. */
export function isRefName(ref: string, deleting = false): boolean {
  if (!ref.startsWith('refs/') || Buffer.byteLength(ref) > MAX_REF_BYTES) return false;
  const name = ref.slice('refs/'.length);
  if (name === '' || FORBIDDEN.test(name) || INVISIBLE.test(name)) return false;
  const components = name.split('/');
  if (components.some((part) => part.startsWith('.') || part.endsWith('.lock') || part === '')) return false;
  return deleting || components.length > 1;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text. @throws GitProtocolError `request_malformed` when they are not UTF-8: such a name reads in many ways. */
export function decodeName(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw malformed(`${what} is not UTF-8`, { cause });
  }
}
