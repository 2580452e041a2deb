import { malformed } from './git-protocol-error.js';
import { decodeName } from './ref-name.js';

export interface PushCertificate {
  pushOptions: string[];
  /** Command lines without line end, not yet parsed. */
  commands: Buffer[];
}

/** Where git's parser looks for the end of the signed text (git's gpg-interface: PGP, X.509, SSH). */
const SIGNATURE = /^-----BEGIN (PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----$/;

/**
 * What a push certificate says (gitprotocol-pack, "Push Certificate"). The signature is not verified here: that needs
 * the keys, which GitHub has. @throws GitProtocolError `request_malformed`
 */
export function parsePushCertificate(certificate: Buffer): PushCertificate {
  const headEnd = certificate.indexOf('\n\n');
  if (headEnd < 0) throw malformed('its push certificate names no refs');
  const head = splitLines(certificate.subarray(0, headEnd));
  if (head[0]?.toString('latin1') !== 'certificate version 0.1')
    throw malformed('its push certificate has an unknown version');
  return { pushOptions: head.flatMap(pushOption), commands: signedLines(certificate.subarray(headEnd + 2)) };
}

function pushOption(line: Buffer): string[] {
  const prefix = 'push-option ';
  if (line.subarray(0, prefix.length).toString('latin1') !== prefix) return [];
  return [decodeName(line.subarray(prefix.length), 'a push option')];
}

function signedLines(body: Buffer): Buffer[] {
  const lines = splitLines(body);
  const end = lines.findIndex((line) => SIGNATURE.test(line.toString('latin1')));
  if (end < 0) throw malformed('its push certificate is not signed');
  return lines.slice(0, end);
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(0x0a, at);
    const end = found < 0 ? bytes.length : found;
    lines.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return lines;
}
