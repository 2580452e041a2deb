import { withStack } from '../check.js';
import { error } from '../finding.js';

/** GitHub takes a JWT whose clock is a minute ahead at most; half of it leaves room for the way. */
const TOLERATED_MS = 30_000;
/** HTTP dates have whole seconds (RFC 9110, 5.6.7). */
const RESOLUTION_MS = 1_000;

/** The control plane's clock against this one; certificates and sign-ins depend on both. */
export const checkClock = withStack(async (surroundings) => {
  const answer = await surroundings.controlPlane('/readyz');
  const theirs = answer.reached ? Date.parse(answer.date ?? '') : NaN;
  if (!answer.reached || Number.isNaN(theirs)) return [];
  const early = answer.asked - theirs - RESOLUTION_MS;
  const late = theirs - answer.answered;
  const apart = Math.max(early, late);
  if (apart <= TOLERATED_MS) return [];
  const direction = early > late ? 'ahead of' : 'behind';
  return [
    error({
      code: 'clock_skewed',
      what: `This machine's clock is ${String(Math.round(apart / 1000))} s ${direction} the control plane's.`,
      fix: 'Let both clocks follow NTP; if this one is right already, the control plane is wrong.',
      command: 'timedatectl set-ntp true',
    }),
  ];
});
