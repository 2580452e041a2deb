/** Signature, flags and length of extension: PostgreSQL, "COPY", section "Binary Format". */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Microseconds of timestamps are counted from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
/** Of `text`, in pg_type. */
const TEXT_OID = 25;
/** Most that UTF-8 needs for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;

/**
 * Writes rows in the binary form of `COPY`: what came as bytes goes to the database as these bytes, with no escaping
 * here and none to undo there, and numbers and times are not printed to be read again.
 */
export class CopyRows {
  private buffer: Buffer;
  private used: number;

  /** @param bytes expected; it grows when there are more */
  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafe(Math.max(bytes, 1024));
    this.used = HEADER.copy(this.buffer);
  }

  startRow(columns: number): this {
    this.room(2);
    this.used = this.buffer.writeInt16BE(columns, this.used);
    return this;
  }

  /** As in `0198...-...`, 36 characters. */
  uuid(id: string): this {
    this.length(16);
    for (const digits of [
      id.slice(0, 8),
      id.slice(9, 13) + id.slice(14, 18),
      id.slice(19, 23) + id.slice(24, 28),
      id.slice(28),
    ])
      this.used = this.buffer.writeUInt32BE(Number.parseInt(digits, 16), this.used);
    return this;
  }

  /** @param ms since 1970 */
  timestamp(ms: number): this {
    return this.int8((ms - POSTGRES_EPOCH_MS) * 1000);
  }

  /** @param value a safe integer */
  int8(value: number): this {
    this.length(8);
    const high = Math.floor(value / 2 ** 32);
    this.used = this.buffer.writeInt32BE(high, this.used);
    this.used = this.buffer.writeUInt32BE(value - high * 2 ** 32, this.used);
    return this;
  }

  text(value: string | undefined): this {
    if (value === undefined) return this.null();
    this.room(4 + value.length * BYTES_PER_UNIT);
    const bytes = this.buffer.write(value, this.used + 4, 'utf8');
    this.used = this.buffer.writeInt32BE(bytes, this.used) + bytes;
    return this;
  }

  /** Also for `json`. */
  bytes(value: Buffer): this {
    this.length(value.length);
    this.used += value.copy(this.buffer, this.used);
    return this;
  }

  /** An array of texts; null for none, so that partial indexes stay small. */
  texts(values: readonly string[]): this {
    if (values.length === 0) return this.null();
    const start = this.used;
    this.room(24);
    this.used += 4;
    for (const word of [1, 0, TEXT_OID, values.length, 1]) this.used = this.buffer.writeInt32BE(word, this.used);
    for (const value of values) this.text(value);
    this.buffer.writeInt32BE(this.used - start - 4, start);
    return this;
  }

  null(): this {
    this.room(4);
    this.used = this.buffer.writeInt32BE(-1, this.used);
    return this;
  }

  /** What was written, ready to be sent; nothing is to be written after. */
  end(): Buffer {
    this.room(2);
    this.used = this.buffer.writeInt16BE(-1, this.used);
    return this.buffer.subarray(0, this.used);
  }

  private length(bytes: number): void {
    this.room(4 + bytes);
    this.used = this.buffer.writeInt32BE(bytes, this.used);
  }

  private room(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.used + bytes));
    this.buffer.copy(larger, 0, 0, this.used);
    this.buffer = larger;
  }
}
