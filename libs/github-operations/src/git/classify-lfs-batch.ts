import { gravestClass, type Classification, type Operation } from '../operation.js';
import { orRefusal, refuse } from '../unclassifiable.js';
import { intentsOfLfsBatch } from './classify-git.js';
import { readLfsBatch } from './lfs-batch.js';

/** A batch whose body is read: the operation of its path (classifyGit) with the intents that the body asks for. Never throws. */
export function classifyLfsBatch(operation: Operation, body: unknown): Classification {
  return orRefusal(() => {
    const { owner, repo } = operation.intents[0]?.target ?? {};
    if (owner === undefined || repo === undefined)
      return refuse('target_unresolved', 'The LFS batch names no repository.');
    const batch = readLfsBatch(body);
    const intents = intentsOfLfsBatch(owner, repo, batch);
    return { operation: { ...operation, id: `lfs/batch-${batch.operation}`, intents, class: gravestClass(intents) } };
  });
}
