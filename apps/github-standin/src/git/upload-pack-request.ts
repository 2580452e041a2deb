import { Transform, type TransformCallback } from 'node:stream';

/** Wants and haves of an ordinary request lie within it; what follows is not read. */
const READ = 256 * 1024;

/** Passes an upload-pack request through and tells from it what is asked for (gitprotocol-pack, gitprotocol-v2). */
export class UploadPackRequest extends Transform {
  #head = '';

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#head.length < READ) this.#head += chunk.toString('latin1');
    done(null, chunk);
  }

  /** A clone has nothing to name; `undefined` where only refs are listed. */
  get action(): 'git.fetch' | 'git.clone' | undefined {
    if (!/[0-9a-f]{4}want [0-9a-f]{40}/.test(this.#head)) return undefined;
    return /[0-9a-f]{4}have [0-9a-f]{40}/.test(this.#head) ? 'git.fetch' : 'git.clone';
  }
}
