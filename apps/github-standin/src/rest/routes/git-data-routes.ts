import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Signature } from '../../git/fast-import.js';
import { GitFailed } from '../../git/run-git.js';
import { parseTag } from '../../git/parse-object.js';
import { notAccessible, notFound, unprocessable } from '../../http/github-error.js';
import { nodeId } from '../../world/node-id.js';
import { nowSeconds, signatureOf } from '../../world/write-files.js';
import {
  created,
  objectField,
  ok,
  optionalText,
  requiredText,
  textList,
  type ApiCall,
  type JsonObject,
  type Reply,
} from '../api-call.js';
import { isoTime, renderGitCommit } from '../render/commit.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

const ID = /^[0-9a-f]{40}$/;

async function getBlob(call: ApiCall): Promise<Reply> {
  const sha = call.param('sha');
  const blob = ID.test(sha) ? await call.repository.git.read(sha) : null;
  if (blob?.type !== 'blob') throw notFound();
  if (call.accepts('raw'))
    return {
      status: 200,
      body: blob.content,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    };
  return ok({
    sha,
    node_id: nodeId('Blob', call.repository.id, sha),
    size: blob.content.length,
    url: `${repositoryUrl(call.links, call.repository)}/git/blobs/${sha}`,
    content: blob.content.toString('base64'),
    encoding: 'base64',
  });
}

async function createBlob(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  if (typeof body.content !== 'string') throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const sha = await call.repository.git.writeBlob(
    Buffer.from(body.content, body.encoding === 'base64' ? 'base64' : 'utf8'),
  );
  return created({ sha, url: `${repositoryUrl(call.links, call.repository)}/git/blobs/${sha}` });
}

async function renderTree(call: ApiCall, sha: string, recursive: boolean): Promise<JsonObject> {
  const api = repositoryUrl(call.links, call.repository);
  const out = await call.repository.git.text(['ls-tree', '-z', '-l', ...(recursive ? ['-r', '-t'] : []), sha]);
  const tree = out.split('\0').flatMap((line) => {
    const match = /^(\d+) (\w+) ([0-9a-f]+) +(\S+)\t(.+)$/s.exec(line);
    if (!match) return [];
    const [, mode, type = '', id = '', size = '', path] = match;
    return [
      { path, mode, type, sha: id, ...(size === '-' ? {} : { size: Number(size) }), url: `${api}/git/${type}s/${id}` },
    ];
  });
  const id = await call.repository.git.text(['rev-parse', '--verify', `${sha}^{tree}`]);
  return { sha: id, url: `${api}/git/trees/${id}`, tree, truncated: false };
}

async function getTree(call: ApiCall): Promise<Reply> {
  const name = call.param('tree_sha');
  const commit = ID.test(name) ? null : await call.repository.git.commitOf(name);
  const sha = commit?.id ?? name;
  if (!ID.test(sha) || !(await call.repository.git.tree(sha))) throw notFound();
  return ok(await renderTree(call, sha, call.query.has('recursive')));
}

/** One line of `git update-index --index-info` for an entry of the request. */
async function indexLine(call: ApiCall, entry: JsonObject): Promise<string> {
  const path = requiredText(entry, 'path', 'Tree').replaceAll('\n', '');
  if (path.startsWith('.github/workflows/') && !call.has('workflows:write')) throw notAccessible();
  if (entry.sha === null) return `0 ${'0'.repeat(40)}\t${path}`;
  const content = optionalText(entry, 'content');
  const sha =
    content === undefined
      ? requiredText(entry, 'sha', 'Tree')
      : await call.repository.git.writeBlob(Buffer.from(content));
  if (!ID.test(sha)) throw unprocessable('tree.sha is not a valid object id');
  return `${optionalText(entry, 'mode') ?? '100644'} ${sha}\t${path}`;
}

async function writeTree(call: ApiCall, base: string | undefined, lines: string[]): Promise<string> {
  const { git } = call.repository;
  const index = join(git.gitDir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git.run(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    await git.run(['update-index', '--index-info'], { env, input: `${lines.join('\n')}\n` });
    return (await git.run(['write-tree'], { env })).toString().trim();
  } finally {
    rmSync(index, { force: true });
  }
}

async function createTree(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const base = optionalText(body, 'base_tree');
  if (base !== undefined && !ID.test(base)) throw unprocessable('base_tree is not a valid tree oid');
  const entries = Array.isArray(body.tree) ? (body.tree as JsonObject[]) : [];
  if (entries.length === 0) throw unprocessable('Invalid tree info');
  const lines = await Promise.all(entries.map((entry) => indexLine(call, entry)));
  try {
    return created(await renderTree(call, await writeTree(call, base, lines), false));
  } catch (error) {
    if (error instanceof GitFailed) throw unprocessable('GitRPC::BadObjectState');
    throw error;
  }
}

function signature(call: ApiCall, body: JsonObject, field: string): Signature {
  const by = objectField(body, field);
  const fallback = signatureOf(call.account);
  const date = Date.parse(optionalText(by, 'date') ?? '');
  return {
    name: optionalText(by, 'name') ?? fallback.name,
    email: optionalText(by, 'email') ?? fallback.email,
    time: Number.isNaN(date) ? nowSeconds() : Math.floor(date / 1000),
  };
}

async function createCommit(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const { git } = call.repository;
  const tree = requiredText(body, 'tree', 'Commit');
  const parents = textList(body, 'parents') ?? [];
  if (!ID.test(tree) || !(await git.tree(tree))) throw unprocessable('Tree SHA does not exist');
  for (const parent of parents)
    if (!ID.test(parent) || !(await git.commitOf(parent)))
      throw unprocessable('Parent SHA does not exist or is not a commit object');
  const author = signature(call, body, 'author');
  const committer = body.committer === undefined ? author : signature(call, body, 'committer');
  const sha = await git.writeCommit(tree, parents, requiredText(body, 'message', 'Commit'), { author, committer });
  const commit = await git.commitOf(sha);
  return created(commit && renderGitCommit(call.links, call.repository, commit));
}

async function getCommit(call: ApiCall): Promise<Reply> {
  const sha = call.param('sha');
  const commit = ID.test(sha) ? await call.repository.git.commitOf(sha) : null;
  if (!commit) throw notFound();
  return ok(renderGitCommit(call.links, call.repository, commit));
}

async function renderTag(call: ApiCall, sha: string): Promise<JsonObject> {
  const object = ID.test(sha) ? await call.repository.git.read(sha) : null;
  if (object?.type !== 'tag') throw notFound();
  const tag = parseTag(sha, object.content);
  const api = repositoryUrl(call.links, call.repository);
  return {
    node_id: nodeId('Ref', call.repository.id, sha),
    tag: tag.tag,
    sha,
    url: `${api}/git/tags/${sha}`,
    message: tag.message,
    tagger: { name: tag.tagger.name, email: tag.tagger.email, date: isoTime(tag.tagger.time) },
    object: { sha: tag.object, type: tag.type, url: `${api}/git/${tag.type}s/${tag.object}` },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}

async function createTag(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const [tag, object] = [requiredText(body, 'tag', 'Tag'), requiredText(body, 'object', 'Tag')];
  const type = optionalText(body, 'type') ?? 'commit';
  const by = signature(call, body, 'tagger');
  const text = `object ${object}\ntype ${type}\ntag ${tag}\ntagger ${by.name} <${by.email}> ${String(by.time)} +0000\n\n${requiredText(body, 'message', 'Tag')}\n`;
  try {
    return created(await renderTag(call, await call.repository.git.text(['mktag'], { input: text })));
  } catch (error) {
    if (error instanceof GitFailed)
      throw unprocessable('Validation Failed', [{ resource: 'Tag', field: 'object', code: 'invalid' }]);
    throw error;
  }
}

export const gitDataRoutes = [
  route('GET /repos/{owner}/{repo}/git/blobs/{sha}', ['contents:read'], getBlob),
  route('POST /repos/{owner}/{repo}/git/blobs', ['contents:write'], createBlob),
  route('GET /repos/{owner}/{repo}/git/trees/{+tree_sha}', ['contents:read'], getTree),
  route('POST /repos/{owner}/{repo}/git/trees', ['contents:write'], createTree),
  route('GET /repos/{owner}/{repo}/git/commits/{sha}', ['contents:read'], getCommit),
  route('POST /repos/{owner}/{repo}/git/commits', ['contents:write'], createCommit),
  route('GET /repos/{owner}/{repo}/git/tags/{sha}', ['contents:read'], async (call) =>
    ok(await renderTag(call, call.param('sha'))),
  ),
  route('POST /repos/{owner}/{repo}/git/tags', ['contents:write'], createTag),
];
