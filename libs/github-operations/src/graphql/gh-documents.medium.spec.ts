import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildSchema,
  execute,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isScalarType,
  parse,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { classifyGraphql } from './classify-graphql.js';
import { classifyRest } from '../rest/classify-rest.js';
import { parseStrictJson } from '../strict-json.js';

// What the real GitHub CLI sends, command by command: its traffic goes to a Unix socket (a setting of
// gh), where GitHub's own schema answers with made-up values, so that gh goes on to its mutation.
const hasGh = spawnSync('gh', ['--version']).status === 0;
if (!hasGh) console.warn('gh is not installed: what it sends is NOT tested here.');

const sdl = new URL('../../../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url);
const SCALARS: Record<string, unknown> = {
  Int: 1,
  Float: 1,
  DateTime: '2026-01-01T00:00:00Z',
  URI: 'https://github.com/acme/app/pull/1',
  ID: 'ID_x',
};
const TEXTS: Record<string, string> = { login: 'acme', name: 'app', headRefName: 'topic', baseRefName: 'main' };
const ENUMS: Record<string, string> = { state: 'OPEN', mergeable: 'MERGEABLE', mergeStateStatus: 'CLEAN' };
const FALSE = new Set([
  'hasNextPage',
  'isArchived',
  'isDraft',
  'isCrossRepository',
  'isInMergeQueue',
  'isMergeQueueEnabled',
]);

/** A value of the type, such that gh finds an open pull request; but none for a new branch. */
function madeUp(schema: GraphQLSchema, type: GraphQLOutputType, name: string, isCreating: boolean): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return name === 'nodes' && !isCreating ? [madeUp(schema, bare.ofType, name, isCreating)] : [];
  if (isEnumType(bare)) {
    const values = bare.getValues().map((value) => value.name);
    return values.includes(ENUMS[name] ?? '') ? ENUMS[name] : values[0];
  }
  if (isScalarType(bare))
    return bare.name === 'Boolean' ? !FALSE.has(name) : (SCALARS[bare.name] ?? TEXTS[name] ?? 'x');
  return isAbstractType(bare) ? { __typename: schema.getPossibleTypes(bare)[0]?.name } : {};
}

interface Seen {
  method: string;
  url: string;
  body: string;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

(hasGh ? describe : describe.skip)('what gh sends', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdshort-gh-'));
  const socket = join(folder, 'gh.sock');
  const schema = buildSchema(readFileSync(sdl, 'utf8'), { assumeValidSDL: true });
  let seen: Seen[] = [];
  let isCreating = false;
  let server: Server;

  async function answer(body: string): Promise<string> {
    const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    const fieldResolver = (
      source: unknown,
      _args: unknown,
      _context: unknown,
      { fieldName, returnType }: { fieldName: string; returnType: GraphQLOutputType },
    ): unknown => {
      const given = (source as Record<string, unknown> | undefined)?.[fieldName];
      return given ?? madeUp(schema, returnType, fieldName, isCreating && fieldName === 'nodes');
    };
    return JSON.stringify(
      await execute({ schema, document: parse(query), variableValues: variables ?? {}, fieldResolver }),
    );
  }

  async function serve(request: IncomingMessage): Promise<string> {
    const body = await readAll(request);
    seen.push({ method: request.method ?? '', url: request.url ?? '', body });
    return request.url === '/graphql' ? await answer(body) : '{}';
  }

  beforeAll(async () => {
    // The published schema breaks rules of newer GraphQL versions, which are not what is tested.
    Object.assign(schema, { __validationErrors: [] });
    writeFileSync(join(folder, 'config.yml'), `http_unix_socket: ${socket}\n`);
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      serve(request).then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
  });

  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  async function run(command: string): Promise<void> {
    seen = [];
    isCreating = command.startsWith('pr create');
    // The right shape, and nothing that could be used anywhere.
    // gh keeps answers in TMPDIR, which would make one command's calls depend on the ones before.
    const env = {
      TMPDIR: mkdtempSync(join(folder, 'tmp-')),
      PATH: process.env['PATH'],
      HOME: folder,
      GH_CONFIG_DIR: folder,
      GH_TOKEN: `ghs_${'0'.repeat(36)}`,
      GH_PROMPT_DISABLED: '1',
      NO_COLOR: '1',
    };
    const child = spawn('gh', command.split(' '), { cwd: folder, env, stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
  }

  function classified({ method, url, body }: Seen): string[] {
    const [path = '', query = ''] = url.split('?');
    const parsed = body === '' ? undefined : parseStrictJson(body);
    const host = 'api.github.com';
    const result =
      path === '/graphql'
        ? classifyGraphql({ host, method, path, body: parsed })
        : classifyRest({ host, method, path, query, body: parsed });
    if ('refusal' in result) return [`${result.refusal.code}: ${result.refusal.message}`];
    return result.operation.intents.map(
      ({ action, target }) =>
        `${action} ${target.nodeId ?? (target.repo ? `${target.owner ?? ''}/${target.repo}` : (target.owner ?? '-'))}`,
    );
  }

  const APP = '-R acme/app';
  const READ = 'repo.read acme/app';
  const ROWS: [command: string, intents: string[]][] = [
    [`pr view 1 ${APP}`, [READ]],
    [`pr view 1 ${APP} --json title,reviews,commits,files,statusCheckRollup`, [READ]],
    [`pr list ${APP}`, [READ]],
    [`pr diff 1 ${APP}`, ['pull.read acme/app']],
    [`pr create ${APP} --head topic --base main --title t --body b`, [READ, 'pull.open ID_x']],
    [`pr merge 1 ${APP} --merge`, ['account.read -', READ, 'pull.merge ID_x']],
    [`pr merge 1 ${APP} --squash --auto`, ['account.read -', READ, 'pull.merge ID_x']],
    [`pr close 1 ${APP}`, [READ, 'pull.update ID_x']],
    [`pr review 1 ${APP} --approve`, [READ, 'pull.review ID_x']],
    [`pr comment 1 ${APP} --body hi`, [READ, 'comment.write ID_x']],
    [`pr edit 1 ${APP} --title x`, [READ, 'pull.update ID_x']],
    [`issue list ${APP}`, [READ]],
    [`issue create ${APP} --title t --body b`, [READ, 'issue.write ID_x']],
    [`issue status ${APP}`, ['account.read -', READ]],
    ['repo view acme/app', [READ]],
    ['repo list acme', ['account.read acme']],
    ['repo delete acme/app --yes', ['repo.delete acme/app']],
    ['repo edit acme/app --visibility public', ['repo.admin acme/app']],
    [`release create v1 ${APP} --notes x`, ['release.write acme/app', 'ref.create acme/app']],
    [`run list ${APP}`, ['workflow.read acme/app']],
    ['search issues foo --repo acme/app', [READ]],
    ['api user', ['account.read -']],
    ['auth status', ['metadata.read -', 'account.read -']],
  ];

  it.each(ROWS)('gh %s', async (command, intents) => {
    await run(command);
    expect([...new Set(seen.flatMap(classified))]).toEqual(intents);
  });
});
