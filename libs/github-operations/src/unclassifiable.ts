import type { ReasonCode } from '@holdshort/errors';
import type { Refusal } from './operation.js';

/** Ends a classification from within; caught where the classification began. */
export class Unclassifiable extends Error {
  readonly refusal: Refusal;

  constructor(code: ReasonCode, message: string) {
    super(message);
    this.refusal = { code, message };
  }
}

/** @throws Unclassifiable always */
export function refuse(code: ReasonCode, message: string): never {
  throw new Unclassifiable(code, message);
}

/** Runs a classification; its refusals become values, other errors stay errors. */
export function orRefusal<T>(classify: () => T): T | { refusal: Refusal } {
  try {
    return classify();
  } catch (thrown) {
    if (thrown instanceof Unclassifiable) return { refusal: thrown.refusal };
    throw thrown;
  }
}
