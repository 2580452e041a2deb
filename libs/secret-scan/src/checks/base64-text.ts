/** Decodes base64 or base64url to Latin-1 text; `undefined` where it is neither. */
export function base64Text(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]{4,8192}={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').toString('latin1');
}
