import { classifyGraphql } from './graphql/classify-graphql.js';
import { classifyRest } from './rest/classify-rest.js';
import { REST_OPERATIONS } from './rest/rest-operation.js';
import { parseStrictJson } from './strict-json.js';

interface Measured {
  name: string;
  value: number;
  unit: string;
  min?: number;
  max?: number;
  target?: string;
}

export const about =
  'Cost of saying what a call would do, after a warm-up; a GraphQL document among the last 16 is not parsed again, as for clients that send the same with other variables. Percentiles are those of a batch of calls; median, least and greatest are over the batches, so that a batch in which the machine was busy shows as such.';

const HOST = 'api.github.com';
const REST_CALLS = REST_OPERATIONS.map(({ method, template }) => ({
  method,
  path: template
    .replace(/\{\+[^}]+\}/g, 'a/b/c')
    .replaceAll('{owner}', 'acme')
    .replaceAll('{repo}', 'app')
    .replace(/\{[^}]+\}/g, '12'),
}));

/** As large as what `gh pr view` sends: about 1.5 kB. */
const QUERY = `query PullRequest($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
${Array.from({ length: 20 }, (_, n) => `f${n}: reviews(first: ${n}) { nodes { id author { login } state } pageInfo { hasNextPage endCursor } }`).join('\n')} } } }`;
/** What `gh repo list` sends (2.23), each field checked against what is open behind an account. */
const LISTING = `query RepositoryList($owner: String!, $perPage: Int!, $endCursor: String) { repositoryOwner(login: $owner) { login
repositories(first: $perPage, after: $endCursor, ownerAffiliations: OWNER, orderBy: { field: PUSHED_AT, direction: DESC }) {
nodes { nameWithOwner description isPrivate isFork isArchived pushedAt createdAt defaultBranchRef { name } issues { totalCount } }
totalCount pageInfo { hasNextPage endCursor } } } }`;
const MUTATION = 'mutation M($input: MergePullRequestInput!) { mergePullRequest(input: $input) { clientMutationId } }';

const BATCHES = 7;

interface Calls {
  calls: readonly (() => unknown)[];
  /** How often each is made in one batch. */
  rounds: number;
  /** Of the 99th percentile. */
  target?: string;
}

function batch({ calls, rounds }: Calls): number[] {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const call of calls) {
      const started = process.hrtime.bigint();
      call();
      times.push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  return times.sort((a, b) => a - b);
}

/** 50th and 99th percentile of single calls, in microseconds. */
function percentiles(name: string, measured: Calls): Measured[] {
  batch(measured);
  const batches = Array.from({ length: BATCHES }, () => batch(measured));
  const at = (share: number): Omit<Measured, 'name'> => {
    const values = batches.map((times) => times[Math.floor(times.length * share)] ?? 0).sort((a, b) => a - b);
    return { value: values[BATCHES >> 1] ?? 0, unit: 'us', min: values[0] ?? 0, max: values[BATCHES - 1] ?? 0 };
  };
  const target = measured.target === undefined ? {} : { target: measured.target };
  return [
    { name: `${name} p50`, ...at(0.5) },
    { name: `${name} p99`, ...at(0.99), ...target },
  ];
}

const graphql = (query: string, variables: unknown) => (): unknown =>
  classifyGraphql({ host: HOST, method: 'POST', path: '/graphql', body: { query, variables } });

/** Cost of classification; what loading the tables costs is in load.bench.ts. */
export function bench(): Promise<Measured[]> {
  const text = JSON.stringify({ query: QUERY, variables: { owner: 'acme', repo: 'app', number: 1 } });
  const query = [graphql(QUERY, { owner: 'acme', repo: 'app', number: 1 })];
  const rest = REST_CALLS.map((call) => () => classifyRest({ host: HOST, ...call, body: {} }));
  return Promise.resolve([
    ...percentiles('REST, all operations', { calls: rest, rounds: 5, target: 'under 50' }),
    ...percentiles('GraphQL query of 2 kB', { calls: query, rounds: 1000, target: 'under 300' }),
    ...percentiles('GraphQL list of repositories', {
      calls: [graphql(LISTING, { owner: 'acme', perPage: 30 })],
      rounds: 1000,
      target: 'under 300',
    }),
    ...percentiles('GraphQL mutation', {
      calls: [graphql(MUTATION, { input: { pullRequestId: 'PR_1' } })],
      rounds: 1000,
      target: 'under 300',
    }),
    ...percentiles('strict JSON of 2 kB', { calls: [() => parseStrictJson(text)], rounds: 1000 }),
  ]);
}
