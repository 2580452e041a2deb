import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { ContentPaths, fileScratch, NO_LOOKUP, readPack, summarisePush, type RefChange } from '@holdshort/git-wire';
import { classifyPath, gravestClass, intentsOfPush } from '@holdshort/github-operations';
import { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Push } from '../push/push.js';
import { githubObjects, movesOwnRefs, placeOf } from '../push/github-objects.js';

/** More paths than that are cut in decisions and events; their classes are still computed over all of them. */
export const MAX_PATHS = 1000;

/**
 * Reads the pack from the wire to disk and through the pack reader, then says what each ref's update would do.
 * A large-body push is preceded by a probe (body `0000`), which carries nothing and needs no inspection.
 */
export async function inspectPack(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { push } = exchange;
  if (!push) throw new Error('inspect-pack stands after read-push-commands');
  if (push.commands.probe) return;
  await spool(exchange, push, agent.settings.maxPushBytes);
  await summarise(exchange, agent, push);
  push.summary = {
    refs: push.changes.map(toWire),
    packSha256: push.pack?.sha256 ?? '',
    packBytes: String(push.packBytes),
    objects: push.pack?.objects ?? 0,
    authorEmails: [...new Set(push.changes.flatMap(({ authors }) => authors))],
    authorsTruncated: push.changes.some(({ authorsTruncated }) => authorsTruncated),
  };
  exchange.digest = pushDigest(exchange, push);
  if (movesOwnRefs(exchange)) describe(exchange, push);
}

async function summarise(exchange: Exchange, agent: AgentContext, push: Push): Promise<void> {
  if (push.pack) push.contents = new ContentPaths(push.pack);
  const { contents, pack = null } = push;
  // wikis and gists are not looked up: what the packs of such pushes do not hold is unknown
  const github = movesOwnRefs(exchange) ? githubObjects(exchange, agent, placeOf(exchange)) : undefined;
  push.changes = await summarisePush(push.commands.commands, pack, github ?? NO_LOOKUP, { contents });
  if (pack) await github?.remember(pack);
}

async function spool(exchange: Exchange, push: Push, maxBytes: number): Promise<void> {
  const scratch = await fileScratch(push.packFile);
  exchange.cleanups.push(async () => {
    push.pack?.close();
    await scratch.close();
    await rm(push.packFile, { force: true });
  });
  const needsPack = push.commands.commands.some(({ newId }) => !/^0+$/.test(newId));
  if (!needsPack) {
    await refuseTrailing(push.commands.rest);
    return;
  }
  push.pack = await readPack(push.commands.rest, {
    objectFormat: push.commands.objectFormat,
    limits: { packBytes: maxBytes },
    scratch,
    onBlob: push.ahead.onBlob,
  });
  push.packBytes = push.pack.bytes;
}

/** Deletions carry no pack (gitprotocol-pack); anything after them is not git. */
async function refuseTrailing(rest: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of rest) {
    if (chunk.length > 0)
      throw new HoldshortError('push_unreadable', 'The push has bytes after its commands that are not a pack.');
  }
}

function toWire(change: RefChange) {
  const paths = pathsOf(change);
  return {
    ref: change.ref,
    oldId: change.oldId,
    newId: change.newId,
    kind: change.kind,
    commits: change.commits,
    changedPaths: paths.slice(0, MAX_PATHS),
    // what could not be found out is judged as the gravest class
    pathClasses: [...change.pathClasses, ...(change.unknown ? ['unknown'] : [])],
    pathsTruncated: change.truncated || paths.length > MAX_PATHS,
  };
}

/** Both names of what was renamed; those that mean something to policy come first, so that no cut hides them. */
export function pathsOf({ changedPaths }: Pick<RefChange, 'changedPaths'>): string[] {
  const all = new Set(changedPaths.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const graded = [...all].map((path) => ({ path, plain: classifyPath(path).length === 0 }));
  return graded.sort((a, b) => Number(a.plain) - Number(b.plain)).map(({ path }) => path);
}

/**
 * What an approval is bound to: repository, every command with its old and new id, push options, and the set of
 * objects. Independent of how git happened to encode the pack, so that pushing the same again needs no new approval.
 */
function pushDigest(exchange: Exchange, { commands, pack }: Push): string {
  const lines = commands.commands.map(({ ref, oldId, newId }) => `${oldId} ${newId} ${ref}`).sort();
  const text = [
    calledHost(exchange),
    exchange.path.toLowerCase(),
    ...lines,
    ...commands.pushOptions,
    pack?.contentDigest ?? 'no pack',
  ].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

function describe(exchange: Exchange, push: Push): void {
  const { owner, repo } = placeOf(exchange);
  const refs = push.summary.refs.map(({ ref, kind, changedPaths }) => ({
    ref,
    kind: kind as RefChange['kind'],
    paths: changedPaths,
  }));
  const intents = intentsOfPush(owner, repo, refs);
  exchange.operation = { ...exchange.operation, intents, class: gravestClass(intents) };
}
