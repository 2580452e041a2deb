import type { Connection, Submittable } from 'pg';

/** Types of messages: PostgreSQL, "Message Formats", CopyData and CopyDone. */
const COPY_DATA = 'd';
const COPY_DONE = Buffer.from('c\0\0\0\x04', 'latin1');

/**
 * Statements of which the last is a `COPY ... FROM STDIN`, and its rows, sent together: nothing between the statements
 * waits for this process. They are one transaction unless one was begun (PostgreSQL, "Multiple Statements in a Simple
 * Query"), and where one of them fails the server reads the rows without a use for them.
 */
export class CopyQuery implements Submittable {
  /** How many rows were stored. Rejects with the database's error; then none was. */
  readonly stored: Promise<number>;
  private resolve!: (rows: number) => void;
  private reject!: (error: Error) => void;
  private rows = 0;

  /** @param data all rows in the form that the statement names, below 1 GB */
  constructor(
    private readonly sql: string,
    private readonly data: Buffer,
  ) {
    this.stored = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  submit(connection: Connection): void {
    const head = Buffer.alloc(5);
    head.write(COPY_DATA, 'latin1');
    // the length counts itself
    head.writeUInt32BE(4 + this.data.length, 1);
    connection.stream.cork();
    connection.query(this.sql);
    connection.stream.write(head);
    connection.stream.write(this.data);
    connection.stream.write(COPY_DONE);
    connection.stream.uncork();
  }

  /** The rows are on their way already. */
  handleCopyInResponse(): void {
    return;
  }

  /** Other statements may give rows, which nobody asked for. */
  handleRowDescription(): void {
    return;
  }

  handleDataRow(): void {
    return;
  }

  handleCommandComplete({ text }: { text: string }): void {
    const copied = /^COPY (\d+)$/.exec(text)?.[1];
    if (copied !== undefined) this.rows = Number(copied);
  }

  handleReadyForQuery(): void {
    this.resolve(this.rows);
  }

  handleError(error: Error): void {
    this.reject(error);
  }
}
