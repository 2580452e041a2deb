const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Up to here a loop over the characters beats a call out of JavaScript. */
const SHORT = 80;

/** Everything else stands between quotes as it is, in one byte. */
const NEEDS_A_LOOK = /[^ !#-[\]-~]/;

/** JSON in UTF-8, written piece by piece: an event's text is made once, as the bytes that are hashed and stored. */
export class JsonBytes {
  private bytes = Buffer.allocUnsafeSlow(16 * 1024);
  private end = 0;

  get length(): number {
    return this.end;
  }

  /** Takes back what was written after that length. */
  cutTo(length: number): void {
    this.end = length;
  }

  /** @param text printable ASCII */
  ascii(text: string): void {
    this.reserve(text.length);
    const { bytes, end } = this;
    if (text.length > SHORT) bytes.write(text, end, 'latin1');
    else for (let index = 0; index < text.length; index += 1) bytes[end + index] = text.charCodeAt(index);
    this.end = end + text.length;
  }

  /** @param code of one character of ASCII */
  char(code: number): void {
    this.reserve(1);
    this.bytes[this.end++] = code;
  }

  utf8(text: string): void {
    this.reserve(text.length * 3);
    this.end += this.bytes.write(text, this.end, 'utf8');
  }

  copy(from: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes, end: at } = this;
    if (end - start > SHORT) from.copy(bytes, at, start, end);
    else for (let index = start; index < end; index += 1) bytes[at + index - start] = from[index] as number;
    this.end = at + end - start;
  }

  /** Writes the string with its quotes where it is printable ASCII that JSON escapes nothing of; else it writes nothing. */
  plainString(text: string): boolean {
    this.reserve(text.length + 2);
    const wrote = text.length > SHORT ? this.longString(text) : this.shortString(text);
    if (wrote) this.end += text.length + 2;
    return wrote;
  }

  /** All of it, until something else is written. */
  view(): Buffer {
    return this.bytes.subarray(0, this.end);
  }

  copyOfAll(): Buffer {
    const copy = Buffer.allocUnsafe(this.end);
    this.bytes.copy(copy, 0, 0, this.end);
    return copy;
  }

  private shortString(text: string): boolean {
    const { bytes } = this;
    let at = this.end;
    bytes[at++] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
      bytes[at++] = code;
    }
    bytes[at] = QUOTE;
    return true;
  }

  private longString(text: string): boolean {
    if (NEEDS_A_LOOK.test(text)) return false;
    this.bytes[this.end] = QUOTE;
    this.bytes.write(text, this.end + 1, 'latin1');
    this.bytes[this.end + 1 + text.length] = QUOTE;
    return true;
  }

  private reserve(more: number): void {
    if (this.end + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.end + more));
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }
}
