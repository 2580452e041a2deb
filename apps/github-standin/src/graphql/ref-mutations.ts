import type { ApiCall } from '../rest/api-call.js';
import type { Repository } from '../world/model.js';
import { decodeNodeId } from '../world/node-id.js';
import { mergeBranch } from '../world/merge-branch.js';
import { afterPush } from '../world/pull-state.js';
import { moveRef } from '../world/ref-rules.js';
import { signatureOf, writeFiles } from '../world/write-files.js';
import type { Node } from './connection.js';
import { repositoryOfNode } from './find-node.js';
import { commitNode, refNode } from './git-node.js';
import { GraphqlProblem, unresolved } from './graphql-problem.js';
import { mayWriteWorkflows, type Input } from './pull-mutations.js';
import { requirePermission } from './repository-node.js';

const CONTENTS = ['contents:write'];

interface CommitInput extends Input {
  branch: { id?: string | null; repositoryNameWithOwner?: string | null; branchName?: string | null };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: { path: string; contents: string }[] | null;
    deletions?: { path: string }[] | null;
  } | null;
}

function branchOf(call: ApiCall, branch: CommitInput['branch']): { repository: Repository; name: string } {
  if (branch.id)
    return { repository: repositoryOfNode(call, branch.id), name: refNameOf(branch.id).replace('refs/heads/', '') };
  const [owner = '', name = ''] = (branch.repositoryNameWithOwner ?? '').split('/');
  const repository = call.world.repositoryByName(owner, name);
  if (!repository) throw unresolved(`a Repository with the name '${owner}/${name}'.`);
  return { repository, name: (branch.branchName ?? '').replace('refs/heads/', '') };
}

const refNameOf = (id: string): string => {
  const decoded = decodeNodeId(id);
  if (decoded?.type !== 'Ref') throw unresolved(`a node with the global id of '${id}'.`);
  return String(decoded.parts[1]);
};

async function createCommitOnBranch(call: ApiCall, input: CommitInput): Promise<Node> {
  const { repository, name } = branchOf(call, input.branch);
  requirePermission(call, repository, CONTENTS);
  const tip = await repository.git.refTarget(`refs/heads/${name}`);
  if (tip?.id !== input.expectedHeadOid) {
    throw new GraphqlProblem(
      'STALE_DATA',
      `Expected branch to point to "${input.expectedHeadOid}" but it points to "${tip?.id ?? ''}". Pull and try again.`,
    );
  }
  const additions = (input.fileChanges?.additions ?? []).map((file): [string, Buffer] => [
    file.path,
    Buffer.from(file.contents, 'base64'),
  ]);
  const deletions = (input.fileChanges?.deletions ?? []).map((file): [string, null] => [file.path, null]);
  const id = await writeFiles(repository, {
    branch: name,
    message: input.message.body
      ? `${input.message.headline}\n\n${input.message.body}\n`
      : `${input.message.headline}\n`,
    author: signatureOf(call.account),
    files: Object.fromEntries([...additions, ...deletions]),
    workflows: mayWriteWorkflows(call),
  });
  await afterPush(call.world, repository);
  const commit = await repository.git.commitOf(id);
  const ref = refNode(call, repository, { ref: `refs/heads/${name}`, id });
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: commit && commitNode(call, repository, commit),
    ref,
  };
}

async function createRef(
  call: ApiCall,
  input: Input & { repositoryId: string; name: string; oid: string },
): Promise<Node> {
  const repository = repositoryOfNode(call, input.repositoryId);
  requirePermission(call, repository, CONTENTS);
  const { name: ref, oid: id } = input;
  if (await repository.git.refTarget(ref))
    throw new GraphqlProblem('UNPROCESSABLE', `A ref named "${ref}" already exists in the repository.`);
  if (!(await repository.git.commitOf(id))) throw new GraphqlProblem('UNPROCESSABLE', 'Oid does not exist');
  await moveRef(repository, { ref, old: null, next: id, force: false, workflows: mayWriteWorkflows(call) });
  await afterPush(call.world, repository);
  return { clientMutationId: input.clientMutationId ?? null, ref: refNode(call, repository, { ref, id }) };
}

/** Moves (`oid`) or deletes (`null`) the ref of a node id. */
async function changeRef(
  call: ApiCall,
  input: Input & { refId: string },
  change: { oid: string | null; force: boolean },
): Promise<Node> {
  const repository = repositoryOfNode(call, input.refId);
  requirePermission(call, repository, CONTENTS);
  const known = await repository.git.refTarget(refNameOf(input.refId));
  if (!known) throw unresolved(`a node with the global id of '${input.refId}'.`);
  const force = change.force || change.oid === null;
  await moveRef(repository, {
    ref: known.ref,
    old: known.id,
    next: change.oid,
    force,
    workflows: mayWriteWorkflows(call),
  });
  await afterPush(call.world, repository);
  const ref = change.oid === null ? null : refNode(call, repository, { ref: known.ref, id: change.oid });
  return { clientMutationId: input.clientMutationId ?? null, ref };
}

const isZero = (oid: string | null | undefined): boolean => oid !== null && oid !== undefined && /^0+$/.test(oid);

interface RefUpdate {
  name: string;
  afterOid: string;
  beforeOid?: string | null;
  force?: boolean | null;
}

/** All of them or none: what one of them does not allow, no other is moved for. */
async function updateRefs(
  call: ApiCall,
  input: Input & { repositoryId: string; refUpdates: RefUpdate[] },
): Promise<Node> {
  const repository = repositoryOfNode(call, input.repositoryId);
  requirePermission(call, repository, CONTENTS);
  const known = await Promise.all(input.refUpdates.map(({ name }) => repository.git.refTarget(name)));
  const stale = input.refUpdates.find(({ beforeOid }, n) => {
    const id = known[n]?.id ?? null;
    return beforeOid !== null && beforeOid !== undefined && (isZero(beforeOid) ? id !== null : id !== beforeOid);
  });
  if (stale)
    throw new GraphqlProblem('STALE_DATA', `Ref "${stale.name}" does not point to "${String(stale.beforeOid)}".`);
  for (const [n, { name, afterOid, force }] of input.refUpdates.entries())
    await moveRef(repository, {
      ref: name,
      old: known[n]?.id ?? null,
      next: isZero(afterOid) ? null : afterOid,
      force: force === true || isZero(afterOid),
      workflows: mayWriteWorkflows(call),
    });
  await afterPush(call.world, repository);
  return { clientMutationId: input.clientMutationId ?? null };
}

async function mergeInto(
  call: ApiCall,
  input: Input & { repositoryId: string; base: string; head: string; commitMessage?: string | null },
): Promise<Node> {
  const repository = repositoryOfNode(call, input.repositoryId);
  requirePermission(call, repository, CONTENTS);
  const { base, head, commitMessage } = input;
  const workflows = mayWriteWorkflows(call);
  const id = await mergeBranch(call.world, repository, { base, head, message: commitMessage ?? undefined, workflows });
  if (id === null) throw new GraphqlProblem('UNPROCESSABLE', 'Already merged');
  const commit = await repository.git.commitOf(id);
  return {
    clientMutationId: input.clientMutationId ?? null,
    mergeCommit: commit && commitNode(call, repository, commit),
  };
}

type Args<T> = { input: T & Input };

export const refMutations = (call: ApiCall): Node => ({
  createCommitOnBranch: ({ input }: Args<CommitInput>) => createCommitOnBranch(call, input),
  createRef: ({ input }: Args<{ repositoryId: string; name: string; oid: string }>) => createRef(call, input),
  updateRef: ({ input }: Args<{ refId: string; oid: string; force?: boolean | null }>) =>
    changeRef(call, input, { oid: input.oid, force: input.force === true }),
  updateRefs: ({ input }: Args<{ repositoryId: string; refUpdates: RefUpdate[] }>) => updateRefs(call, input),
  mergeBranch: ({ input }: Args<{ repositoryId: string; base: string; head: string; commitMessage?: string | null }>) =>
    mergeInto(call, input),
  deleteRef: ({ input }: Args<{ refId: string }>) => changeRef(call, input, { oid: null, force: true }),
});
