import type { DecisionInput } from './decision-input.js';
import type { PolicySetSource } from './policy-set-source.js';

/** The input with the sets that the policy itself puts its repository in, beside those of the installation. */
export function withRepositorySets(sets: PolicySetSource['repositorySets'], input: DecisionInput): DecisionInput {
  const { repository } = input;
  if (!sets || !repository) return input;
  const wanted = `${repository.owner}/${repository.name}`.toLowerCase();
  const own = Object.entries(sets)
    .filter(([, members]) => members.some((member) => member.toLowerCase() === wanted))
    .map(([name]) => name);
  return { ...input, repository: { ...repository, sets: [...new Set([...repository.sets, ...own])] } };
}
