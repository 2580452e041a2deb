import { diffFiles, type DiffFile } from '../../git/diff-files.js';
import type { CommitObject } from '../../git/parse-object.js';
import { GitHubError, notFound } from '../../http/github-error.js';
import { fullName } from '../../world/model.js';
import { ok, type ApiCall, type JsonObject, type Reply } from '../api-call.js';
import { paginate } from '../paginate.js';
import { renderCommit } from '../render/commit.js';
import { repositoryUrl } from '../render/repository.js';
import { route } from '../route.js';

/** GitHub's "diff entry". */
export function renderDiffFile(call: ApiCall, sha: string, file: DiffFile): JsonObject {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: file.id,
    filename: file.path,
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${call.links.web}/${fullName(call.repository)}/blob/${sha}/${path}`,
    raw_url: `${call.links.web}/${fullName(call.repository)}/raw/${sha}/${path}`,
    contents_url: `${repositoryUrl(call.links, call.repository)}/contents/${path}?ref=${sha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
  };
}

/** Commits reachable from `range`, newest first; at most 250, GitHub's own limit of a comparison. */
export async function commitsOf(call: ApiCall, range: readonly string[]): Promise<CommitObject[]> {
  const { git } = call.repository;
  const ids = (await git.text(['rev-list', ...range])).split('\n').filter((line) => line !== '');
  const commits = await Promise.all(ids.map((id) => git.commitOf(id)));
  return commits.filter((commit) => commit !== null);
}

export const renderCommits = (call: ApiCall, commits: readonly CommitObject[]): JsonObject[] =>
  commits.map((commit) => renderCommit(call.world, call.links, call.repository, commit));

async function listCommits(call: ApiCall): Promise<Reply> {
  const { git } = call.repository;
  const tip = await git.commitOf(call.query.get('sha') ?? call.repository.defaultBranch);
  if (!tip)
    throw new GitHubError(
      call.query.has('sha') ? 404 : 409,
      call.query.has('sha') ? 'Not Found' : 'Git Repository is empty.',
    );
  const path = call.query.get('path');
  const bounds = ['since', 'until'].flatMap((name) => {
    const value = call.query.get(name);
    return value === null ? [] : [`--${name}=${value}`];
  });
  const list = await git.text([
    'rev-list',
    '--max-count=10000',
    ...bounds,
    tip.id,
    ...(path === null ? [] : ['--', path]),
  ]);
  const ids = list.split('\n').filter((line) => line !== '');
  return paginate(call, ids, async (id) => {
    const commit = await git.commitOf(id);
    return commit && renderCommit(call.world, call.links, call.repository, commit);
  });
}

async function getCommit(call: ApiCall): Promise<Reply> {
  const { git } = call.repository;
  const commit = await git.commitOf(call.param('ref').replace(/^(refs\/)?heads\//, ''));
  if (!commit) throw new GitHubError(422, `No commit found for SHA: ${call.param('ref')}`);
  if (call.accepts('sha'))
    return { status: 200, body: commit.id, headers: { 'content-type': 'application/vnd.github.sha; charset=utf-8' } };
  if (call.accepts('diff'))
    return diffReply(
      await git.text(['diff', commit.parents[0] ?? '4b825dc642cb6eb9a060e54bf8d69288fbee4904', commit.id]),
    );
  const files = await diffFiles(git, commit.parents[0] ?? null, commit.id);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return ok({
    ...renderCommit(call.world, call.links, call.repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: files.map((file) => renderDiffFile(call, commit.id, file)),
  });
}

export const diffReply = (text: string): Reply => ({
  status: 200,
  body: `${text}\n`,
  headers: { 'content-type': 'application/vnd.github.diff; charset=utf-8' },
});

function comparedStatus(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** A side of a comparison: `branch` or `owner:branch` of this repository. */
const side = (name: string): string => name.replace(/^[^:/]+:/, '');

async function compare(call: ApiCall): Promise<Reply> {
  const [left = '', right = ''] = call.param('basehead').split('...');
  const { git } = call.repository;
  const [base, head] = [await git.commitOf(side(left)), await git.commitOf(side(right))];
  const common = base && head && (await git.mergeBase(base.id, head.id));
  const ancestor = common ? await git.commitOf(common) : null;
  if (!base || !head || !ancestor) throw notFound();
  if (call.accepts('diff')) return diffReply(await git.text(['diff', ancestor.id, head.id]));
  const ahead = (await commitsOf(call, ['--max-count=250', head.id, `^${base.id}`])).reverse();
  const behind = Number(await git.text(['rev-list', '--count', base.id, `^${head.id}`]));
  const total = Number(await git.text(['rev-list', '--count', head.id, `^${base.id}`]));
  const files = await diffFiles(git, ancestor.id, head.id);
  const url = `${repositoryUrl(call.links, call.repository)}/compare/${call.param('basehead')}`;
  return ok({
    url,
    html_url: `${call.links.web}/${fullName(call.repository)}/compare/${call.param('basehead')}`,
    base_commit: renderCommit(call.world, call.links, call.repository, base),
    merge_base_commit: renderCommit(call.world, call.links, call.repository, ancestor),
    status: comparedStatus(total, behind),
    ahead_by: total,
    behind_by: behind,
    total_commits: total,
    commits: renderCommits(call, ahead),
    files: files.map((file) => renderDiffFile(call, head.id, file)),
  });
}

async function listTags(call: ApiCall): Promise<Reply> {
  const api = repositoryUrl(call.links, call.repository);
  const tags = await call.repository.git.refs('refs/tags/');
  return paginate(call, tags, async ({ ref }) => {
    const name = ref.slice('refs/tags/'.length);
    const sha = (await call.repository.git.commitOf(ref))?.id ?? '';
    return {
      name,
      commit: { sha, url: `${api}/commits/${sha}` },
      zipball_url: `${api}/zipball/${ref}`,
      tarball_url: `${api}/tarball/${ref}`,
    };
  });
}

export const commitRoutes = [
  route('GET /repos/{owner}/{repo}/commits', ['contents:read'], listCommits),
  route('GET /repos/{owner}/{repo}/commits/{+ref}', ['contents:read'], getCommit),
  route('GET /repos/{owner}/{repo}/compare/{+basehead}', ['contents:read'], compare),
  route('GET /repos/{owner}/{repo}/tags', ['metadata:read'], listTags),
];
