import { GithubApps } from '../credentials/github-apps.js';
import { GITHUB_COM } from '../credentials/site-name.js';
import type { Replica } from './test-world.js';

/** Somebody else's change at GitHub: a call with the App's full rights on acme/app. @returns the answer's body */
export async function atGithub(
  replica: Replica,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const apps = replica.server.app.get(GithubApps);
  const installation = await apps.installationOfRepository(GITHUB_COM, 'acme', 'app');
  const { token } = await apps.mint(installation, ['app'], { contents: 'write', pull_requests: 'write' });
  const answer = await installation.app.http.call(method, `/repos/acme/app${path}`, token, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${String(answer.status)}`);
  return answer.body as Record<string, unknown>;
}

/** A branch at the head of main with one commit more. @returns its id */
export async function newCommit(replica: Replica, branch: string): Promise<string> {
  const main = await atGithub(replica, 'GET', '/git/ref/heads/main');
  const parent = (main['object'] as { sha: string }).sha;
  const { tree } = (await atGithub(replica, 'GET', `/git/commits/${parent}`)) as { tree: { sha: string } };
  const made = await atGithub(replica, 'POST', '/git/commits', {
    message: `on ${branch}`,
    tree: tree.sha,
    parents: [parent],
  });
  return String(made['sha']);
}

/** A pull request of one commit onto main. @returns what a call on it names */
export async function newPullRequest(
  replica: Replica,
  head: string,
): Promise<{ owner: string; repo: string; number: number }> {
  const sha = await newCommit(replica, head);
  await atGithub(replica, 'POST', '/git/refs', { ref: `refs/heads/${head}`, sha });
  const { number } = await atGithub(replica, 'POST', '/pulls', { title: head, head, base: 'main' });
  return { owner: 'acme', repo: 'app', number: Number(number) };
}
