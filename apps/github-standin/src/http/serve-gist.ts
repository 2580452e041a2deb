import type { GitRepository } from '../git/git-repository.js';
import { identify, type Actor } from '../access/actor.js';
import { serveBackend } from '../git/http-backend.js';
import { GIST, gistFolder, gistRepository } from '../world/side-repositories.js';
import type { World } from '../world/world.js';
import type { Exchange } from './exchange.js';

function sendText({ req, res }: Exchange, status: number, text: string): void {
  req.resume();
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...challenge }).end(`${text}\n`);
}

/** What stands behind the gist's name in a path of git, `null` for other gists and for pages. */
function gitRest(pathname: string): string | null {
  const match = /^\/(?:([^/]+)\/)?([0-9a-f]+)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(
    pathname,
  );
  const isHere = match?.[2] === GIST.id && (match[1] === undefined || match[1].toLowerCase() === GIST.owner);
  return isHere ? (match[3] ?? null) : null;
}

/** Gists are people's: an installation may read a public one, and write none. */
function refusalOf(actor: Actor, writes: boolean): [status: number, text: string] | null {
  if (actor.kind === 'bad' || actor.kind === 'app' || actor.kind === 'client')
    return [401, 'Invalid username or token. Password authentication is not supported for Git operations.'];
  if (!writes) return null;
  if (actor.kind === 'anonymous') return [401, 'No anonymous write access.'];
  return [403, `Permission to ${GIST.id}.git denied to ${actor.account.login}.`];
}

/** `gist.github.com`: gists as git repositories, by real git. */
export async function serveGist(world: World, exchange: Exchange): Promise<void> {
  const { req, url } = exchange;
  const rest = gitRest(url.pathname);
  const service = rest === '/info/refs' ? (url.searchParams.get('service') ?? '') : (rest ?? '').slice(1);
  const refusal = refusalOf(await identify(world, req), service === 'git-receive-pack');
  if (rest === null || refusal) {
    const [status, text] = refusal ?? [404, 'Repository not found.'];
    sendText(exchange, status, text);
    return;
  }
  if (service !== 'git-upload-pack') {
    sendText(exchange, 403, 'Please upgrade your git client.');
    return;
  }
  await gistRepository(world);
  await serveBackend(world.git, exchange, {
    projectRoot: world.projectRoot,
    pathInfo: `/${gistFolder}.git${rest}`,
    query: url.search.slice(1),
    remoteUser: world.bot.login,
  });
}

async function fileOf(git: GitRepository, commit: string, file: string) {
  const tip = await git.commitOf(commit);
  const entry = tip && (await git.entryAt(tip.id, file));
  return entry?.type === 'blob' ? git.read(entry.id) : null;
}

/** `gist.githubusercontent.com/USER/ID/raw/[COMMIT/]FILE`: the newest version, or the one of a commit. */
export async function serveGistRaw(world: World, exchange: Exchange): Promise<void> {
  const [, owner = '', id = '', commit = 'main', file = ''] =
    /^\/([^/]+)\/([^/]+)\/raw\/(?:([0-9a-f]{40})\/)?([^/]+)$/.exec(exchange.url.pathname) ?? [];
  const isKnown = owner === GIST.owner && id === GIST.id;
  const blob = isKnown ? await fileOf(await gistRepository(world), commit, decodeURIComponent(file)) : null;
  if (!blob) sendText(exchange, 404, '404: Not Found');
  else exchange.res.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(blob.content);
}
