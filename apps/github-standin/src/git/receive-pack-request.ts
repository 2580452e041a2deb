import { Transform, type TransformCallback } from 'node:stream';

/** One line of a push: `old` and `new` are hex ids, all zeros for none. */
export interface PushCommand {
  old: string;
  new: string;
  ref: string;
}

type Section = 'commands' | 'options' | 'pack';

/** Command sections above this are not read any further by us; git itself still judges them. */
const LARGEST_SECTION = 16 * 1024 * 1024;

/**
 * Passes a receive-pack request through byte for byte, and reads it on the way (gitprotocol-pack, "Reference Update
 * Request"): its commands and the number of pack bytes. Emits `commands` once, before any byte of them is passed on.
 */
export class ReceivePackRequest extends Transform {
  readonly commands: PushCommand[] = [];
  packBytes = 0;
  #section: Section = 'commands';
  #pushOptions = false;
  #held: Buffer[] = [];
  #pending: Buffer = Buffer.alloc(0);

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#section === 'pack') {
      this.packBytes += chunk.length;
      done(null, chunk);
      return;
    }
    this.#held.push(chunk);
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#readLines();
    if (this.#atPack() || this.#pending.length > LARGEST_SECTION) this.#release();
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#held.length > 0) this.#release();
    done();
  }

  #atPack(): boolean {
    return this.#section === 'pack';
  }

  #release(): void {
    this.#section = 'pack';
    this.emit('commands', this.commands);
    for (const chunk of this.#held) this.push(chunk);
    this.#held = [];
    this.packBytes += this.#pending.length;
    this.#pending = Buffer.alloc(0);
  }

  #readLines(): void {
    while (this.#section !== 'pack' && this.#pending.length >= 4) {
      const length = Number.parseInt(this.#pending.toString('latin1', 0, 4), 16);
      if (Number.isNaN(length) || length > this.#pending.length) return;
      const line = this.#pending.subarray(4, Math.max(length, 4)).toString('utf8');
      this.#pending = this.#pending.subarray(Math.max(length, 4));
      if (length === 0) this.#endSection();
      else if (this.#section === 'commands') this.#readCommand(line);
    }
  }

  #endSection(): void {
    this.#section = this.#section === 'commands' && this.#pushOptions ? 'options' : 'pack';
  }

  #readCommand(line: string): void {
    const [command = '', capabilities = ''] = line.split('\0');
    if (capabilities.split(/[ \n]/).includes('push-options')) this.#pushOptions = true;
    const match = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([^\n]+)/.exec(command);
    if (match) this.commands.push({ old: match[1] ?? '', new: match[2] ?? '', ref: match[3] ?? '' });
  }
}
