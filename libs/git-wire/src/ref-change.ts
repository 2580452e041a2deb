import type { PathClass } from '@holdshort/github-operations';
import type { ChangedPath } from './changed-paths.js';
import type { CommitDetails } from './commit-details.js';

export interface RefChange {
  ref: string;
  oldId: string;
  newId: string;
  /** `force`: the old tip is not an ancestor of the new one, that could not be found out, or an existing tag moves. */
  kind: 'create' | 'update' | 'force' | 'delete';
  /** The ref is a tag, by its name. */
  isTag: boolean;
  /** The annotated tags that the push brings between the ref and its commit, outermost first. */
  tags: { id: string; name: string; tagger: string; signed: boolean }[];
  /** Commits of the pack that the ref gains. */
  commits: number;
  /** The first of these, newest first as far as parents tell; at most `limits.commitDetails`. */
  commitDetails: CommitDetails[];
  /** How many of all of them bear a signature, which is not verified. */
  signedCommits: number;
  /** Assistants whose marks any of all of them bears, sorted. */
  assistants: string[];
  /** E-mail addresses of the authors and committers of all of them, in lower case, as they claim; at most `limits.authors`. */
  authors: string[];
  /** `authors` is cut. */
  authorsTruncated: boolean;
  /**
   * Every path that any new commit changes against any of its parents, and every path that differs between the old tip
   * and the new one; for a new ref that does not hang on the default branch alone, between their merge bases and it.
   * Sorted; at most `limits.paths`.
   */
  changedPaths: FileChange[];
  /** Classes of all changed paths, those over the limit and those that were renamed away included. */
  pathClasses: PathClass[];
  /** Sizes of the different new blobs at the listed paths together, in bytes. */
  bytes: number;
  /** `changedPaths` is cut. */
  truncated: boolean;
  /** Some fact could not be established: treat the change as the gravest. */
  unknown: boolean;
}

/** A changed path, and what the pack says about the content that is now there. */
export interface FileChange extends ChangedPath {
  /** Bytes; absent where the pack does not hold it. */
  size?: number;
  /** A NUL in its first 8,000 bytes, as for git. */
  binary?: boolean;
  /** The file is a pointer of Git LFS. */
  lfsPointer?: boolean;
}
