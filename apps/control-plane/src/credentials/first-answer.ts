/**
 * Asks one after the other until one has an answer. One that fails does not stand in the way of the others.
 * @throws the first failure where none has an answer
 */
export async function firstAnswer<A, T>(
  all: readonly A[],
  ask: (one: A) => Promise<T | undefined>,
): Promise<T | undefined> {
  let failure: { error: unknown } | undefined;
  for (const one of all) {
    try {
      const answer = await ask(one);
      if (answer !== undefined) return answer;
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure) throw failure.error;
  return undefined;
}
