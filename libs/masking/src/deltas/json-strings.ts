/** A string of a JSON document: the names and indexes that lead to it, and its raw bytes without the quotes. */
export interface JsonString {
  path: readonly (string | number)[];
  start: number;
  end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY, COMMA, COLON] = [...Buffer.from('{}[],:')];

function stringEnd(raw: Buffer, from: number): number {
  let at = from;
  while (at < raw.length && raw[at] !== QUOTE) at += raw[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Where all strings of a document stand that is known to be JSON, keys left out. */
export function jsonStrings(raw: Buffer): JsonString[] {
  const found: JsonString[] = [];
  const path: (string | number)[] = [];
  let isKey = false;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at];
    if (byte === OPEN_OBJECT) {
      path.push('');
      isKey = true;
    } else if (byte === OPEN_ARRAY) {
      path.push(0);
      isKey = false;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) path.pop();
    else if (byte === COLON) isKey = false;
    else if (byte === COMMA) {
      const last = path.at(-1);
      isKey = typeof last === 'string';
      if (typeof last === 'number') path[path.length - 1] = last + 1;
    } else if (byte === QUOTE) {
      const end = stringEnd(raw, at + 1);
      if (isKey) path[path.length - 1] = raw.toString('utf8', at + 1, end);
      else found.push({ path: [...path], start: at + 1, end });
      at = end;
    }
  }
  return found;
}
