const OBJECT = 1;
const ARRAY = 2;
/** Deeper than any answer of GitHub; what is deeper is read as plain text. */
const DEPTH_MOST = 4096;

/** Bytes of numbers and of `true`, `false`, `null`. */
const LITERAL = new Uint8Array(256);
for (const letter of '0123456789+-.eEtrufalsn') LITERAL[letter.charCodeAt(0)] = 1;
const [SPACE, TAB, LF, CR, QUOTE, COMMA, COLON] = [...Buffer.from(' \t\n\r",:')];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [...Buffer.from('{}[]')];

/** What a byte outside strings means: of the structure, the begin of a string, or that this is no JSON. */
export type Meaning = 'structure' | 'string' | 'foreign';

/** Follows objects and arrays, to tell keys from values. Takes a little more than JSON, never less. */
export class JsonStructure {
  private readonly stack: number[] = [];
  /** The next string is a key. */
  expectsKey = false;

  meaning(byte: number): Meaning {
    switch (byte) {
      case SPACE:
      case TAB:
      case LF:
      case CR:
        return 'structure';
      case QUOTE:
        return 'string';
      case COMMA:
      case COLON:
        return this.separate(byte);
      default:
        return this.nest(byte);
    }
  }

  private separate(byte: number): Meaning {
    const top = this.stack.at(-1);
    if (top === undefined || (byte === COLON && top !== OBJECT)) return 'foreign';
    this.expectsKey = byte === COMMA && top === OBJECT;
    return 'structure';
  }

  private nest(byte: number): Meaning {
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (this.stack.length === DEPTH_MOST) return 'foreign';
      this.stack.push(byte === OPEN_OBJECT ? OBJECT : ARRAY);
      this.expectsKey = byte === OPEN_OBJECT;
      return 'structure';
    }
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.expectsKey = false;
      return this.stack.pop() === (byte === CLOSE_OBJECT ? OBJECT : ARRAY) ? 'structure' : 'foreign';
    }
    return this.stack.length > 0 && LITERAL[byte] === 1 ? 'structure' : 'foreign';
  }

  clear(): void {
    this.stack.length = 0;
    this.expectsKey = false;
  }
}
