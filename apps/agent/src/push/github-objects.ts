import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { HoldshortError } from '@holdshort/errors';
import { wholePushAction, type Operation } from '@holdshort/github-operations';
import { fileScratch, RemoteObjects } from '@holdshort/git-wire';
import { AGENT_VERSION } from '../config.js';
import { decide } from '../control/decide.js';
import type { AgentContext } from '../exchange/agent-context.js';
import { calledHost } from '../exchange/enterprise-server.js';
import type { Exchange } from '../exchange/exchange.js';
import { streamUpstream } from '../upstream/stream-upstream.js';

/** A repository as git reaches it. */
export interface GitPlace {
  host: string;
  owner: string;
  repo: string;
  /** Ends what is asked, beside the client's going. */
  over?: AbortSignal;
}

/** A push to a wiki or a gist keeps its one intent: its refs are none of a repository's, whatever they are called. */
export const movesOwnRefs = ({ operation }: Exchange): boolean => wholePushAction(operation.id) === undefined;

/** The repository that a push names. @throws HoldshortError `target_unresolved` */
export function placeOf(exchange: Exchange): GitPlace {
  const { owner, repo } = exchange.operation.intents[0]?.target ?? {};
  if (owner === undefined || repo === undefined)
    throw new HoldshortError('target_unresolved', 'The push names no repository.');
  return { host: calledHost(exchange), owner, repo };
}

/**
 * What a pack does not hold, fetched from GitHub with git's own protocol under the session's right to read the
 * repository. What cannot be fetched is unknown, which the summary treats as the gravest case.
 */
export function githubObjects(exchange: Exchange, agent: AgentContext, place: GitPlace): RemoteObjects {
  return new RemoteObjects({
    send: (body) => askUploadPack(exchange, agent, { place, body }),
    scratch: () => removedScratch(agent),
    objectFormat: exchange.push?.commands.objectFormat ?? 'sha1',
    cache: agent.objects,
    repository: `${place.host}/${place.owner}/${place.repo}`.toLowerCase(),
    onFailure: (error) => {
      agent.logger.debug({ err: error, correlation_id: exchange.correlationId }, 'a question to GitHub has no answer');
    },
  });
}

async function removedScratch(agent: AgentContext) {
  const file = path.join(agent.scratchDir, `${randomUUID()}.answer`);
  const scratch = await fileScratch(file);
  // the open file stays readable without its name, and cannot be left behind
  await rm(file, { force: true });
  return scratch;
}

async function askUploadPack(
  exchange: Exchange,
  agent: AgentContext,
  { place: { host, owner, repo, over }, body }: { place: GitPlace; body: Buffer },
): Promise<AsyncIterable<Buffer> | undefined> {
  if (!exchange.session) return undefined;
  const operation: Operation = {
    surface: 'git',
    id: 'git/upload-pack',
    class: 'read',
    intents: [{ action: 'repo.read', target: { owner, repo } }],
    method: 'POST',
    path: `/${owner}/${repo}.git/git-upload-pack`,
    host,
  };
  const decision = await decide(agent, { session: exchange.session, operation, correlationId: exchange.correlationId });
  return (
    decision.lease && post(exchange, agent, { host, path: operation.path, token: decision.lease.token, body, over })
  );
}

interface Question {
  host: string;
  path: string;
  token: string;
  body: Buffer;
  over: AbortSignal | undefined;
}

function post(
  exchange: Exchange,
  agent: AgentContext,
  { host, path: address, token, body, over }: Question,
): PassThrough {
  const stopped = new AbortController();
  const source = new PassThrough();
  source.once('close', () => {
    stopped.abort();
  });
  const headers = {
    host,
    authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
    'content-type': 'application/x-git-upload-pack-request',
    'content-length': String(body.length),
    accept: 'application/x-git-upload-pack-result',
    'git-protocol': 'version=2',
    'user-agent': `git/holdshort-agent-${AGENT_VERSION}`,
  };
  const signal = AbortSignal.any([exchange.clientGone, stopped.signal, ...(over ? [over] : [])]);
  const request = { method: 'POST', path: address, headers, body, signal };
  streamUpstream(agent.upstreams.pool(host), request, {
    start(status) {
      if (status !== 200) throw new HoldshortError('upstream_refused', `GitHub refused to be asked: HTTP ${status}.`);
    },
    data: (chunk) => source.write(chunk),
    drained: (then) => {
      source.once('drain', then);
    },
  }).then(
    () => source.end(),
    (error: unknown) => source.destroy(error as Error),
  );
  return source;
}
