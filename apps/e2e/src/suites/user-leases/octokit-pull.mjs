// A user's script: opens a pull request for the branch that is given and prints who its author is.
import { Octokit } from '@octokit/rest';

const octokit = new Octokit({ baseUrl: process.env.GITHUB_API_URL, auth: process.env.GITHUB_TOKEN });
const { data } = await octokit.pulls.create({
  owner: 'acme',
  repo: 'app',
  title: 'by octokit',
  head: process.argv[2],
  base: 'main',
});
console.log(data.user.login);
