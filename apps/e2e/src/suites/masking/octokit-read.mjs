// A user's script: reads a file by octokit, decoded and raw.
import { Octokit } from '@octokit/rest';

const octokit = new Octokit({
  baseUrl: process.env.GITHUB_API_URL,
  auth: process.env.GITHUB_TOKEN,
  log: { debug() {}, info() {}, warn() {}, error() {} },
});
const file = { owner: 'acme', repo: 'canaries', path: 'settings.env' };
const { data } = await octokit.repos.getContent(file);
const raw = await octokit.repos.getContent({ ...file, mediaType: { format: 'raw' } });
console.log(JSON.stringify({ decoded: Buffer.from(data.content, 'base64').toString('utf8'), raw: String(raw.data) }));
