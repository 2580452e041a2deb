import { tooLarge } from './git-protocol-error.js';

/** What a push may cost. Sizes in bytes. */
export interface PackLimits {
  packBytes: number;
  objects: number;
  /** One object, inflated. */
  objectBytes: number;
  /** One object that is a delta or the base of one: it is held in memory, twice while a delta is applied. */
  deltaObjectBytes: number;
  /** One commit, tree or tag: these are held in memory to be read. */
  graphObjectBytes: number;
  deltaDepth: number;
  /** All objects together, inflated. */
  inflatedBytes: number;
  /** Inflated bytes per byte of pack, once more than `ratioFreeBytes` were inflated. */
  inflationRatio: number;
  ratioFreeBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_PACK_LIMITS: PackLimits = {
  packBytes: 2048 * MIB, // GitHub's limit on one push (docs, "Repository limits")
  objects: 2_000_000, // about 80 bytes of index each; larger than the whole history of most repositories
  objectBytes: 128 * MIB, // GitHub refuses files over 100 MiB itself, in its own words
  deltaObjectBytes: 64 * MIB, // git makes deltas of files up to core.bigFileThreshold (512 MiB), of text rarely over a few
  graphObjectBytes: 32 * MIB, // a flat folder of 700,000 files
  deltaDepth: 4095, // the most that git pack-objects writes
  inflatedBytes: 64 * 1024 * MIB, // ten minutes of one core at the measured 100 MB/s
  inflationRatio: 500, // Linux is about 70; deflate alone cannot exceed 1,032
  ratioFreeBytes: 4096 * MIB, // a long history of one large file inflates thousandfold and is honest
};

const SPLIT = 'Push the commits in smaller parts.';
const FILES = 'Take the file out of the commits, or keep it in Git LFS.';

/** Counts what one pack has cost so far. Every method throws `push_too_large` when its limit is passed. */
export class PackBudget {
  private inflated = 0;
  private rebuilt = 0;

  constructor(readonly limits: PackLimits) {}

  pack(bytes: number): void {
    if (bytes > this.limits.packBytes) throw tooLarge(`it is over ${this.limits.packBytes} bytes`, SPLIT);
  }

  objects(count: number): void {
    if (count > this.limits.objects) throw tooLarge(`it has over ${this.limits.objects} objects`, SPLIT);
  }

  /** The size that an object claims, before anything is inflated. */
  object(bytes: number): void {
    if (bytes > this.limits.objectBytes) throw tooLarge(`an object is over ${this.limits.objectBytes} bytes`, FILES);
  }

  graphObject(bytes: number): void {
    const limit = this.limits.graphObjectBytes;
    if (bytes > limit) throw tooLarge(`a commit, folder or tag is over ${limit} bytes`, 'Split the folder.');
  }

  deltaObject(bytes: number): void {
    const limit = this.limits.deltaObjectBytes;
    if (bytes <= limit) return;
    throw tooLarge(`a delta makes an object over ${limit} bytes`, 'Set core.bigFileThreshold to 32m and push again.');
  }

  depth(depth: number): void {
    if (depth <= this.limits.deltaDepth) return;
    throw tooLarge(
      `a delta chain is over ${this.limits.deltaDepth} long`,
      'Run `git repack -adf --depth=50` and push again.',
    );
  }

  /** An object's content was made for the first time. */
  spend(bytes: number, packBytes: number): void {
    this.inflated += bytes;
    if (this.inflated > this.limits.inflatedBytes)
      throw tooLarge(`it inflates to over ${this.limits.inflatedBytes} bytes`, SPLIT);
    const free = this.inflated <= this.limits.ratioFreeBytes;
    if (!free && this.inflated > this.limits.inflationRatio * packBytes)
      throw tooLarge(`it inflates to over ${this.limits.inflationRatio} times its size`, SPLIT);
  }

  /** A content was made again because memory is bounded; hostile packs could make that the main cost. */
  respend(bytes: number): void {
    this.rebuilt += bytes;
    if (this.rebuilt > this.limits.inflatedBytes) throw tooLarge('its deltas cost too much to follow', SPLIT);
  }
}
