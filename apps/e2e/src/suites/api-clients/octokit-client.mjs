// A user's script: octokit ignores proxies on Node 22, so it is given the endpoint as base URL.
import { Octokit } from '@octokit/rest';

const octokit = new Octokit({
  baseUrl: process.env.GITHUB_API_URL,
  auth: process.env.GITHUB_TOKEN,
  log: { debug() {}, info() {}, warn() {}, error() {} },
});
const repo = { owner: 'acme', repo: 'app' };

const { data } = await octokit.repos.get(repo);
const main = await octokit.git.getRef({ ...repo, ref: 'heads/main' });
await octokit.git.createRef({ ...repo, ref: 'refs/heads/topic/octokit', sha: main.data.object.sha });
const file = {
  ...repo,
  path: 'octokit.txt',
  message: 'by octokit',
  content: Buffer.from('octokit').toString('base64'),
};
await octokit.repos.createOrUpdateFileContents({ ...file, branch: 'topic/octokit' });
const issue = await octokit.issues.create({ ...repo, title: 'written by octokit' });
const refusedOnMain = await octokit.repos.createOrUpdateFileContents({ ...file, branch: 'main' }).then(
  () => 200,
  (error) => error.status,
);
const branches = await octokit.paginate(octokit.repos.listBranches, { ...repo, per_page: 2 });
console.log(
  JSON.stringify({
    fullName: data.full_name,
    issue: issue.data.title,
    refusedOnMain,
    branches: branches.map(({ name }) => name),
  }),
);
