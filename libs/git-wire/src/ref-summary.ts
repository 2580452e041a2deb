import type { ChangedPaths } from './changed-paths.js';
import { assistantMarks } from './assistant-marks.js';
import { commitDetails, personOf } from './commit-details.js';
import type { CommitDetails } from './commit-details.js';
import { EventLoopPause } from './event-loop-pause.js';
import type { Commit, Tag } from './git-objects.js';
import type { ObjectView } from './object-view.js';
import type { PushCommand } from './push-command.js';
import type { FileChange, RefChange } from './ref-change.js';

/** What is found out about one ref, bit by bit. */
export class RefSummary {
  private readonly tags: RefChange['tags'] = [];
  private readonly details: CommitDetails[] = [];
  private readonly assistants = new Set<string>();
  private readonly authors = new Set<string>();
  private commits = 0;
  private signed = 0;

  constructor(
    private readonly view: ObjectView,
    readonly command: PushCommand,
    readonly paths: ChangedPaths,
  ) {}

  get isTag(): boolean {
    return this.command.ref.startsWith('refs/tags/');
  }

  addTag(id: string, { name, tagger, signed }: Tag): void {
    this.tags.push({ id, name, tagger, signed });
  }

  /** Reads each commit once more: a long history is not held in memory. */
  async addCommits(keys: readonly number[]): Promise<void> {
    const { pack, limits } = this.view;
    const pause = new EventLoopPause();
    for (const key of pack === null ? [] : keys) {
      const id = pack?.idAt(key) ?? '';
      const commit = pack?.commit(id);
      if (commit === undefined) continue;
      this.commits++;
      if (commit.signed) this.signed++;
      for (const mark of assistantMarks(commit)) this.assistants.add(mark);
      this.addPeople(commit);
      if (this.details.length < limits.commitDetails) this.details.push(commitDetails(id, commit));
      if (pause.due()) await pause.take();
    }
  }

  /** One more than the limit is kept, to know that it was passed. */
  private addPeople({ author, committer }: Commit): void {
    for (const person of author === committer ? [author] : [author, committer]) {
      const email = personOf(person).email.toLowerCase();
      if (email !== '' && this.authors.size <= this.view.limits.authors) this.authors.add(email);
    }
  }

  as(kind: RefChange['kind']): RefChange {
    const { paths } = this;
    const changedPaths = paths.list().map((changed) => this.withContent(changed));
    return {
      ...this.command,
      kind,
      isTag: this.isTag,
      tags: this.tags,
      commits: this.commits,
      commitDetails: this.details,
      signedCommits: this.signed,
      assistants: [...this.assistants].sort(),
      authors: [...this.authors].slice(0, this.view.limits.authors).sort(),
      authorsTruncated: this.authors.size > this.view.limits.authors,
      changedPaths,
      pathClasses: paths.classes,
      bytes: bytesOf(changedPaths),
      truncated: paths.truncated,
      unknown: paths.unknown,
    };
  }

  private withContent(changed: FileChange): FileChange {
    const { pack } = this.view;
    if (changed.id === undefined || pack?.type(changed.id) !== 'blob') return changed;
    const { binary, lfsPointer } = pack.traits(changed.id);
    return { ...changed, size: pack.size(changed.id), binary, ...(lfsPointer ? { lfsPointer } : {}) };
  }
}

function bytesOf(changes: readonly FileChange[]): number {
  const sizes = new Map(changes.map(({ id, size }) => [id, size ?? 0]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
