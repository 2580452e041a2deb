import type { Finding } from './finding.js';
import type { StackLocation } from '../stack-location.js';
import type { Surroundings } from './surroundings.js';

/** One thing that is looked at. */
export interface Check {
  /** As it is shown, and in --json. */
  name: string;
  /** @throws only for faults of our own: what is wrong in the surroundings is a finding */
  examine: (surroundings: Surroundings) => Promise<Finding[]> | Finding[];
}

/** A check that has no sense where no control plane is known; that is a finding of `stack` already. */
export const withStack =
  (examine: (surroundings: Surroundings, stack: StackLocation) => Promise<Finding[]> | Finding[]): Check['examine'] =>
  (surroundings) =>
    surroundings.stack ? examine(surroundings, surroundings.stack) : [];
