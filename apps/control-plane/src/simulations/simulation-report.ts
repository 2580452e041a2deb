/** How often something flips; in falling order. */
export interface FlipCount {
  name: string;
  flips: number;
}

export interface FlipSample {
  decision_id: string;
  at: string;
  actor: string;
  repository: string;
  operation: string;
  recorded: string;
  simulated: string;
  /** Of the simulated outcome; those of the recorded one where the simulated outcome has none. */
  policies: string[];
  message: string;
}

export interface SimulationReport {
  /** Recorded decisions in the window. */
  decisions: number;
  /** Those that policy had decided, and that were asked again. */
  judged: number;
  /** Refused for other reasons (an ended session, no credential): policy has no part in them. */
  skipped: number;
  /** Different questions among the judged. */
  distinct: number;
  flips: number;
  by_change: FlipCount[];
  by_policy: FlipCount[];
  by_actor: FlipCount[];
  by_repository: FlipCount[];
  /** Some of each change, oldest first. */
  samples: FlipSample[];
  seconds: number;
}

/** Enough to see what a change is about. */
const SAMPLES_PER_CHANGE = 20;
/** Names beyond the most frequent ones tell nothing more. */
const NAMES = 50;

/** Gathers flips into a report. */
export class FlipTally {
  private readonly counts = { change: tally(), policy: tally(), actor: tally(), repository: tally() };
  private readonly samples: FlipSample[] = [];
  private flips = 0;

  add(flip: FlipSample): void {
    this.flips++;
    const change = `${flip.recorded} -> ${flip.simulated}`;
    if (count(this.counts.change, change) <= SAMPLES_PER_CHANGE) this.samples.push(flip);
    for (const policy of flip.policies.length > 0 ? flip.policies : ['(no policy permits)'])
      count(this.counts.policy, policy);
    count(this.counts.actor, flip.actor);
    count(this.counts.repository, flip.repository === '' ? '(account)' : flip.repository);
  }

  result() {
    return {
      flips: this.flips,
      by_change: listOf(this.counts.change),
      by_policy: listOf(this.counts.policy),
      by_actor: listOf(this.counts.actor),
      by_repository: listOf(this.counts.repository),
      samples: this.samples,
    };
  }
}

const tally = (): Map<string, number> => new Map();

function count(counts: Map<string, number>, name: string): number {
  const now = (counts.get(name) ?? 0) + 1;
  counts.set(name, now);
  return now;
}

const listOf = (counts: Map<string, number>): FlipCount[] =>
  [...counts]
    .map(([name, flips]) => ({ name, flips }))
    .sort((a, b) => b.flips - a.flips || (a.name < b.name ? -1 : 1))
    .slice(0, NAMES);
