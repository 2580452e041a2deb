/** A rule that cannot be read, or asks for what this evaluator does not know: never passed over. */
export class SigmaError extends Error {
  override readonly name = 'SigmaError';
}
