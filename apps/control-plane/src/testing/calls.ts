import { createHash } from 'node:crypto';
import type { agentV1 } from '@holdshort/contracts';
import type { DeepPartial } from './deep-partial.js';

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const ZERO = '0'.repeat(40);

type Request = DeepPartial<agentV1.DecideRequest>;

/** A push of one ref. */
export function push(
  sessionId: string,
  ref: string,
  options: { repo?: string; kind?: string; paths?: string[]; digest?: string; authors?: string[] } = {},
): Request {
  const { repo = 'app', kind = 'create', paths = ['src/a.ts'], digest = digestOf(ref), authors = [] } = options;
  return {
    sessionId,
    correlationId: `cor_${ref}`,
    digest,
    operation: {
      surface: 'git',
      operationId: 'git/receive-pack',
      operationClass: 'write',
      method: 'POST',
      path: `/acme/${repo}.git/git-receive-pack`,
      host: 'github.com',
      intents: [{ action: `ref.${kind}`, target: { owner: 'acme', repo, ref, paths: [] } }],
    },
    push: {
      refs: [
        {
          ref,
          oldId: ZERO,
          newId: '1'.repeat(40),
          kind,
          commits: 1,
          changedPaths: paths,
          pathClasses: [],
          pathsTruncated: false,
        },
      ],
      packSha256: digest,
      packBytes: '1000',
      objects: 3,
      authorEmails: authors,
    },
  };
}

/** One REST call with one intent. */
export const rest = (
  sessionId: string,
  operationId: string,
  action: string,
  target: DeepPartial<agentV1.Target>,
): Request => ({
  sessionId,
  correlationId: `cor_${operationId}`,
  digest: digestOf(operationId),
  operation: {
    surface: 'rest',
    operationId,
    operationClass: 'read',
    method: 'GET',
    path: '/repos/acme/app',
    host: 'api.github.com',
    intents: [{ action, target }],
  },
});

export const workflowPush = (sessionId: string, digest = digestOf('workflow')): Request =>
  push(sessionId, 'refs/heads/topic-ci', { paths: ['.github/workflows/ci.yml'], digest });
