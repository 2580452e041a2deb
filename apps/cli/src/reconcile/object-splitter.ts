const [OPEN, CLOSE, QUOTE, BACKSLASH] = ['{', '}', '"', '\\'].map((char) => char.charCodeAt(0));

/** An entry of the log is some KB; a longer object is no entry, and is not held in memory. */
const MAX_OBJECT = 1024 * 1024;

/**
 * Cuts a stream of text into its outermost JSON objects: lines of JSON, one array, or objects one after the other, without
 * holding more than one of them.
 */
export class ObjectSplitter {
  private depth = 0;
  private isInText = false;
  private isEscaped = false;
  private begun = '';

  /** @returns the objects that end in this chunk. @throws Error for an object that is too large */
  push(chunk: string): string[] {
    const whole: string[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const step = this.step(chunk.charCodeAt(at));
      if (step === 'begin') from = at;
      if (step !== 'end') continue;
      whole.push(this.begun + chunk.slice(from, at + 1));
      this.begun = '';
    }
    if (this.depth > 0) this.begun += chunk.slice(this.begun === '' ? from : 0);
    if (this.begun.length > MAX_OBJECT) throw new Error('an entry is longer than 1 MiB');
    return whole;
  }

  /** Whether an object has begun that did not end. */
  get isOpen(): boolean {
    return this.depth > 0;
  }

  private step(char: number): 'begin' | 'end' | undefined {
    if (this.isInText) {
      this.inText(char);
      return undefined;
    }
    if (char === QUOTE) this.isInText = this.depth > 0;
    if (char === OPEN) {
      this.depth += 1;
      return this.depth === 1 ? 'begin' : undefined;
    }
    if (char !== CLOSE || this.depth === 0) return undefined;
    this.depth -= 1;
    return this.depth === 0 ? 'end' : undefined;
  }

  private inText(char: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (char === BACKSLASH) this.isEscaped = true;
    else if (char === QUOTE) this.isInText = false;
  }
}
