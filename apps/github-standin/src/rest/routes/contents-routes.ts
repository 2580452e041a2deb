import type { Signature } from '../../git/fast-import.js';
import type { TreeEntry } from '../../git/parse-object.js';
import { GitHubError, notFound, unprocessable } from '../../http/github-error.js';
import { fullName } from '../../world/model.js';
import { afterPush } from '../../world/pull-state.js';
import { nowSeconds, signatureOf, webFlow, writeFiles } from '../../world/write-files.js';
import { objectField, ok, optionalText, requiredText, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { renderGitCommit } from '../render/commit.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

const TYPES: Record<TreeEntry['type'], string> = { blob: 'file', tree: 'dir', commit: 'submodule' };

function renderEntry(call: ApiCall, entry: TreeEntry, place: { path: string; ref: string; size: number }): JsonObject {
  const api = repositoryUrl(call.links, call.repository);
  const encoded = place.path.split('/').map(encodeURIComponent).join('/');
  const self = `${api}/contents/${encoded}?ref=${encodeURIComponent(place.ref)}`;
  const git = `${api}/git/${entry.type === 'tree' ? 'trees' : 'blobs'}/${entry.id}`;
  const html = `${call.links.web}/${fullName(call.repository)}/${entry.type === 'tree' ? 'tree' : 'blob'}/${place.ref}/${encoded}`;
  return {
    name: place.path.split('/').at(-1) ?? '',
    path: place.path,
    sha: entry.id,
    size: place.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url:
      entry.type === 'blob'
        ? `https://raw.githubusercontent.com/${fullName(call.repository)}/${place.ref}/${encoded}`
        : null,
    type: entry.mode === '120000' ? 'symlink' : TYPES[entry.type],
    _links: { self, git, html },
  };
}

async function renderFile(call: ApiCall, entry: TreeEntry, place: { path: string; ref: string }): Promise<Reply> {
  const blob = await call.repository.git.read(entry.id);
  if (!blob) throw notFound();
  if (call.accepts('raw')) {
    return {
      status: 200,
      body: blob.content,
      headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
    };
  }
  // GitHub breaks base64 after 60 characters.
  const content = blob.content.toString('base64').replaceAll(/(.{60})/g, '$1\n');
  return ok({
    ...renderEntry(call, entry, { ...place, size: blob.content.length }),
    content: `${content}\n`,
    encoding: 'base64',
  });
}

async function getContents(call: ApiCall): Promise<Reply> {
  const ref = call.query.get('ref') ?? call.repository.defaultBranch;
  const path = (call.params.path ?? '').replace(/^\/|\/$/g, '');
  const commit = await call.repository.git.commitOf(ref.replace(/^refs\/(heads|tags)\//, ''));
  if (!commit)
    throw new GitHubError(404, path === '' ? 'This repository is empty.' : `No commit found for the ref ${ref}`);
  const entry = await call.repository.git.entryAt(commit.id, path);
  if (!entry) throw notFound();
  if (entry.type !== 'tree') return renderFile(call, entry, { path, ref });
  const entries = (await call.repository.git.tree(entry.id)) ?? [];
  return ok(
    entries.map((child) =>
      renderEntry(call, child, { path: path === '' ? child.name : `${path}/${child.name}`, ref, size: 0 }),
    ),
  );
}

function signature(body: JsonObject, field: string): Signature | undefined {
  const by = objectField(body, field);
  const [name, email] = [optionalText(by, 'name'), optionalText(by, 'email')];
  if (name === undefined || email === undefined) return undefined;
  const date = Date.parse(optionalText(by, 'date') ?? '');
  return { name, email, time: Number.isNaN(date) ? nowSeconds() : Math.floor(date / 1000) };
}

/** GitHub wants the blob that the caller replaces, and the right one. */
async function checkBlob(call: ApiCall, branch: string, body: JsonObject): Promise<TreeEntry | null> {
  const path = call.param('path');
  const tip = await call.repository.git.refTarget(`refs/heads/${branch}`);
  const existing = tip && (await call.repository.git.entryAt(tip.id, path));
  const sha = optionalText(body, 'sha');
  if (existing && sha === undefined) throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (existing && sha !== existing.id) throw new GitHubError(409, `${path} does not match ${sha ?? ''}`);
  return existing;
}

interface FileWrite {
  body: JsonObject;
  branch: string;
  content: Buffer | null;
}

async function commitFile(call: ApiCall, { body, branch, content }: FileWrite): Promise<string> {
  const path = call.param('path');
  const sha = await writeFiles(call.repository, {
    branch,
    message: requiredText(body, 'message', 'Commit'),
    author: signature(body, 'author') ?? signature(body, 'committer') ?? signatureOf(call.account),
    committer: signature(body, 'committer') ?? webFlow(),
    files: { [path]: content },
    workflows: call.has('workflows:write'),
  });
  await afterPush(call.world, call.repository);
  return sha;
}

async function renderWrite(call: ApiCall, sha: string, branch: string): Promise<JsonObject> {
  const commit = await call.repository.git.commitOf(sha);
  const entry = await call.repository.git.entryAt(sha, call.param('path'));
  const size = entry ? ((await call.repository.git.read(entry.id))?.content.length ?? 0) : 0;
  return {
    content: entry && renderEntry(call, entry, { path: call.param('path'), ref: branch, size }),
    commit: commit && renderGitCommit(call.links, call.repository, commit),
  };
}

async function putContents(call: ApiCall): Promise<Reply> {
  const body = await call.body();
  const branch = optionalText(body, 'branch') ?? call.repository.defaultBranch;
  if (typeof body.content !== 'string') throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  const existing = await checkBlob(call, branch, body);
  const sha = await commitFile(call, { body, branch, content: Buffer.from(body.content, 'base64') });
  return { status: existing ? 200 : 201, body: await renderWrite(call, sha, branch) };
}

async function deleteContents(call: ApiCall): Promise<Reply> {
  const body = { ...Object.fromEntries(call.query), ...(await call.body()) };
  const branch = optionalText(body, 'branch') ?? call.repository.defaultBranch;
  if (!(await checkBlob(call, branch, body))) throw notFound();
  const sha = await commitFile(call, { body, branch, content: null });
  return ok(await renderWrite(call, sha, branch));
}

function getReadme(call: ApiCall): Promise<Reply> {
  call.params.path = 'README.md';
  return getContents(call);
}

export const contentsRoutes = [
  route('GET /repos/{owner}/{repo}/contents', ['contents:read'], getContents),
  route('GET /repos/{owner}/{repo}/contents/{+path}', ['contents:read'], getContents),
  route('PUT /repos/{owner}/{repo}/contents/{+path}', ['contents:write'], putContents),
  route('DELETE /repos/{owner}/{repo}/contents/{+path}', ['contents:write'], deleteContents),
  route('GET /repos/{owner}/{repo}/readme', ['contents:read'], getReadme),
];
