import { error, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

export function checkStack({ stackProblem }: Surroundings): Finding[] {
  if (!stackProblem) return [];
  return [error({ code: 'stack_unknown', what: stackProblem.message, fix: stackProblem.advice })];
}
