/**
 * What a stretch of the raw answer is. `kept`: structure, keys, line ends: never changed. `text`: byte for byte the text.
 * `escape`: one escape of JSON, masked as a whole. `base64`: four characters for three bytes; `nestedBase64` within a string within a string. `field`: masked whatever it holds.
 */
export const RUN = { kept: 0, text: 1, escape: 2, base64: 3, field: 4, nestedBase64: 5 } as const;
export type RunKind = (typeof RUN)[keyof typeof RUN];

/** Numbers per run: kind, begin and end in the raw bytes, begin in the text. */
export const RUN_SIZE = 4;

/** The text of a piece of the answer, with the way back from each of its bytes to the raw ones. */
export class TextBuilder {
  length = 0;
  runs: number[] = [];
  private kind: RunKind | -1 = -1;

  constructor(readonly text: Buffer) {}

  clear(): void {
    this.length = 0;
    this.runs = [];
    this.kind = -1;
  }

  /** What follows, from raw byte `at` on, is of this kind. */
  begin(kind: RunKind, at: number): void {
    if (kind === this.kind) return;
    this.open(kind, at);
  }

  /** The same, as a run of its own even beside one of the same kind; it may begin before the end of the one before. */
  open(kind: RunKind, at: number): void {
    this.close(at);
    this.kind = kind;
    this.runs.push(kind, at, at, this.length);
  }

  /** Ends the run at raw byte `at`. */
  close(at: number): void {
    if (this.kind === -1) return;
    const slot = this.runs.length - 2;
    if (this.runs[slot] === this.runs[slot - 1]) this.runs[slot] = at;
    this.kind = -1;
  }

  put(byte: number): void {
    this.text[this.length++] = byte;
  }
}
