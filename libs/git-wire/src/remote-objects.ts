import { encodeFetch, encodeHeadRequest } from './fetch-request.js';
import type { FetchRequest } from './fetch-request.js';
import { headOfRefs, packOfFetch } from './fetch-response.js';
import { parseCommit, parseTag, parseTree } from './git-objects.js';
import type { TreeEntry } from './git-objects.js';
import type { CachedObject, ObjectCache } from './object-cache.js';
import type { FoundCommit, History, ObjectLookup } from './object-lookup.js';
import { wholeContent } from './pack-contents.js';
import type { PackContents } from './pack-contents.js';
import type { PackLimits } from './pack-limits.js';
import { readPack } from './pack-reader.js';
import type { ScratchSpace } from './scratch-space.js';

export interface RemoteObjectsOptions {
  /** Sends a body to `git-upload-pack` of the repository in protocol v2; undefined: that is not allowed. */
  send(body: Buffer): Promise<AsyncIterable<Buffer> | undefined>;
  /** Where one answer lies while it is read; closed afterwards. */
  scratch(): Promise<ScratchSpace & { close(): Promise<void> }>;
  objectFormat: 'sha1' | 'sha256';
  cache: ObjectCache;
  /** Under which name the cache keeps the repository's objects. */
  repository: string;
  /** Told why a question has no answer; the change is then judged as the gravest. */
  onFailure?(error: unknown): void;
}

/** A tree of 100,000 files is 4 MB, the commits of a branch of 100,000 about 25 MB. */
const ANSWER_LIMITS: Partial<PackLimits> = { packBytes: 32 << 20, objects: 300_000, inflatedBytes: 512 << 20 };
const MOST_TAGS = 16;
/** Contents of files that are asked for, together; a question over it is asked again for each by itself. */
const BLOB_LIMITS: Partial<PackLimits> = { packBytes: 4 << 20, objects: 1000, inflatedBytes: 16 << 20 };
/** So many files are asked for one by one where all together are too much. */
const SINGLE_BLOBS = 16;
/** Pushes of more objects are not worth their place in the cache. */
const REMEMBERED = 2000;

/**
 * What GitHub has, fetched with git's own protocol and `filter=tree:0`: ids are verified by the reader of packs, one
 * round per question however many objects it names. A file's content comes only where `blobs` names it.
 */
export class RemoteObjects implements ObjectLookup {
  constructor(private readonly options: RemoteObjectsOptions) {}

  async commits(ids: readonly string[]): Promise<ReadonlyMap<string, FoundCommit>> {
    const find = await this.objects(ids, { filter: 'tree:1', shallow: true });
    return new Map(
      ids.flatMap((id) => {
        const found = this.readable(() => followTags(id, find));
        return found === undefined ? [] : [[id, found] as const];
      }),
    );
  }

  async trees(ids: readonly string[]): Promise<ReadonlyMap<string, readonly TreeEntry[]>> {
    const find = await this.objects(ids, { filter: 'tree:0' });
    const idLength = this.options.objectFormat === 'sha1' ? 20 : 32;
    return new Map(
      ids.flatMap((id) => {
        const found = find(id);
        const entries = found?.type === 'tree' ? this.readable(() => parseTree(found.content, idLength)) : undefined;
        return entries === undefined ? [] : [[id, entries] as const];
      }),
    );
  }

  /**
   * The contents of files, for people who are shown a difference; not kept. What is over the limit is absent.
   * @param maxBytes of one content
   */
  async blobs(ids: readonly string[], maxBytes: number): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const wants = [...new Set(ids)];
    if (wants.length === 0) return found;
    const take = (pack: PackContents): Promise<true> => takeBlobs(pack, maxBytes, found);
    if (await this.fetch({ wants, filter: 'tree:0' }, take, BLOB_LIMITS)) return found;
    for (const id of wants.slice(0, SINGLE_BLOBS))
      await this.fetch({ wants: [id], filter: 'tree:0' }, take, BLOB_LIMITS);
    return found;
  }

  history(tips: readonly string[], known: readonly string[]): Promise<History | undefined> {
    return this.fetch({ wants: tips, haves: known, filter: 'tree:0' }, (pack) => {
      const commits = [...pack.commitIds].map((id) => [id, pack.commit(id)?.parents ?? []] as const);
      return Promise.resolve(new Map(commits));
    });
  }

  async defaultTip(): Promise<string | null | undefined> {
    return this.attempt(async (answer) => headOfRefs(answer), encodeHeadRequest(this.options.objectFormat));
  }

  /** The next push hangs on this one: its commits and trees need not be asked for then. */
  async remember(pack: PackContents): Promise<void> {
    if (pack.objects <= REMEMBERED) await this.keep(pack, new Map());
  }

  private async objects(
    ids: readonly string[],
    how: Omit<FetchRequest, 'wants'>,
  ): Promise<(id: string) => CachedObject | undefined> {
    const { cache, repository } = this.options;
    const found = new Map<string, CachedObject>();
    for (const id of ids) {
      const known = cache.get(repository, id);
      if (known !== undefined) found.set(id, known);
    }
    let wants = ids.filter((id) => !found.has(id));
    for (let left = Infinity; wants.length > 0 && wants.length < left; wants = wants.filter((id) => !found.has(id))) {
      // git leaves out a folder that lies in another one that is wanted too: it comes when it is asked for without that
      left = wants.length;
      await this.fetch({ wants, ...how }, (pack) => this.keep(pack, found));
    }
    return (id) => found.get(id) ?? cache.get(repository, id);
  }

  private async keep(pack: PackContents, found: Map<string, CachedObject>): Promise<void> {
    const { cache, repository } = this.options;
    for (const { id, type } of pack.list()) {
      if (type === 'blob') continue;
      const object = { type, content: await wholeContent(pack, id) };
      found.set(id, object);
      cache.put(repository, id, object);
    }
  }

  private fetch<T>(
    request: FetchRequest,
    take: (pack: PackContents) => Promise<T>,
    limits = ANSWER_LIMITS,
  ): Promise<T | undefined> {
    return this.attempt(
      async (answer) => {
        const scratch = await this.options.scratch();
        try {
          const { objectFormat } = this.options;
          const pack = await readPack(packOfFetch(answer), { objectFormat, scratch, limits });
          return await take(pack).finally(() => pack.close());
        } finally {
          await scratch.close();
        }
      },
      encodeFetch(request, this.options.objectFormat),
    );
  }

  /** Old repositories hold objects that no push could bring today; they are unknown rather than a reason to refuse. */
  private readable<T>(parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      this.options.onFailure?.(error);
      return undefined;
    }
  }

  /** Whatever fails here is a fact not found out, not the end of the push. */
  private async attempt<T>(read: (answer: AsyncIterable<Buffer>) => Promise<T>, body: Buffer): Promise<T | undefined> {
    try {
      const answer = await this.options.send(body);
      return answer && (await read(answer));
    } catch (error) {
      this.options.onFailure?.(error);
      return undefined;
    }
  }
}

function followTags(id: string, find: (id: string) => CachedObject | undefined): FoundCommit | undefined {
  let at = id;
  for (let links = 0; links <= MOST_TAGS; links++) {
    const found = find(at);
    if (found?.type === 'commit') return { id: at, commit: parseCommit(found.content) };
    if (found?.type !== 'tag') return undefined;
    at = parseTag(found.content).object;
  }
  return undefined;
}

async function takeBlobs(pack: PackContents, maxBytes: number, into: Map<string, Buffer>): Promise<true> {
  for (const { id, type } of pack.list()) {
    if (type !== 'blob' || pack.size(id) > maxBytes) continue;
    into.set(id, await wholeContent(pack, id));
  }
  return true;
}
