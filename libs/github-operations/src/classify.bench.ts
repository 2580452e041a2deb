import { classifyGraphql } from './graphql/classify-graphql.js';
import { classifyRest } from './rest/classify-rest.js';
import { REST_OPERATIONS } from './rest/rest-operation.js';
import { parseStrictJson } from './strict-json.js';

interface Measured {
  name: string;
  value: number;
  unit: string;
}

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
const MUTATION = 'mutation M($input: MergePullRequestInput!) { mergePullRequest(input: $input) { clientMutationId } }';

/** 50th and 99th percentile of single calls, in microseconds, after a warm-up. */
function percentiles(name: string, calls: readonly (() => unknown)[], rounds: number): Measured[] {
  const times: number[] = [];
  const warmUp = Math.ceil(rounds / 4);
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const call of calls) {
      const started = process.hrtime.bigint();
      call();
      if (round >= warmUp) times.push(Number(process.hrtime.bigint() - started) / 1000);
    }
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(1));
  return [
    { name: `${name} p50`, value: at(0.5), unit: 'us' },
    { name: `${name} p99`, value: at(0.99), unit: 'us' },
  ];
}

const graphql = (query: string, variables: unknown) => (): unknown =>
  classifyGraphql({ host: HOST, method: 'POST', path: '/graphql', body: { query, variables } });

/** Megabytes in use; exact where the process exposes its garbage collector, as tools/bench.mjs does. */
function settledHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Cost of classification; the targets are p99 under 50 us for REST and under 300 us for GraphQL. */
export function bench(): Promise<Measured[]> {
  const heapBefore = settledHeap();
  const load = performance.now();
  classifyRest({ host: HOST, method: 'GET', path: '/repos/acme/app' });
  const first = Number((performance.now() - load).toFixed(1));
  const router = Number((settledHeap() - heapBefore).toFixed(1));
  const text = JSON.stringify({ query: QUERY, variables: { owner: 'acme', repo: 'app', number: 1 } });
  return Promise.resolve([
    { name: 'router built at first call', value: first, unit: 'ms' },
    { name: 'heap of the router', value: router, unit: 'MB' },
    ...percentiles(
      'REST, all operations',
      REST_CALLS.map((call) => () => classifyRest({ host: HOST, ...call, body: {} })),
      20,
    ),
    ...percentiles('GraphQL query of 2 kB', [graphql(QUERY, { owner: 'acme', repo: 'app', number: 1 })], 2000),
    ...percentiles('GraphQL mutation', [graphql(MUTATION, { input: { pullRequestId: 'PR_1' } })], 2000),
    ...percentiles('strict JSON of 2 kB', [() => parseStrictJson(text)], 2000),
  ]);
}
