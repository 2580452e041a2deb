// An assistant's script: one call by octokit, as `octokit-request.mjs 'PUT /repos/...' '{"json":"parameters"}'`.
import { Octokit } from '@octokit/rest';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const octokit = new Octokit({ baseUrl: process.env.GITHUB_API_URL, auth: process.env.GITHUB_TOKEN, log: silent });
const [, , route, parameters] = process.argv;
try {
  const call = route.startsWith('graphql')
    ? octokit.graphql(route.slice('graphql'.length), JSON.parse(parameters))
    : octokit.request(route, JSON.parse(parameters));
  console.log(JSON.stringify((await call) ?? null).slice(0, 500));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
