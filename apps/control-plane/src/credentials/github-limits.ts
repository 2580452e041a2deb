import { HoldshortError } from '@holdshort/errors';
import type { Clock } from '../clock.js';
import { passesAgain, secondText } from '../passes-again.js';
import type { LimitKind, RateHeaders } from './rate-headers.js';

/** Whose calls GitHub counts together: those with an App's own token, or those of one installation. */
export interface Payer {
  /** Unique within one GitHub. */
  key: string;
  /** For the reader, e.g. `the Holdshort App on acme`. */
  name: string;
}

interface Block {
  until: number;
  kind: LimitKind;
  resource: string;
  /** Refusals in a row without a word of how long to wait. */
  strikes: number;
}

/** "Otherwise, wait for at least one minute", and longer each time: GitHub, best practices for the REST API. */
const UNSAID_WAIT_MS = 60_000;
/** GitHub counts by the hour; a later end is a clock or a proxy that is wrong. The minutes allow for clocks apart. */
const LONGEST_WAIT_MS = 65 * 60_000;

/** Until when GitHub wants no more calls, as this replica has learned it from GitHub's answers. */
export class GithubLimits {
  private readonly blocks = new Map<string, Block>();

  constructor(private readonly now: Clock) {}

  /** @throws HoldshortError `github_rate_limited` while a limit of the payer stands in the way */
  requirePasses(payer: Payer, resource: string): void {
    for (const key of [slowDownKey(payer), hourKey(payer, resource)]) {
      const block = this.blocks.get(key);
      if (block && block.until > this.now().getTime()) throw limited(payer, block, this.now());
    }
  }

  /** GitHub refused a call for this limit. @returns what to tell the reader */
  refused(payer: Payer, resource: string, kind: LimitKind, rate: RateHeaders): HoldshortError {
    const key = kind === 'primary' ? hourKey(payer, resource) : slowDownKey(payer);
    const block = this.extend(key, kind, resource, rate);
    this.blocks.set(key, block);
    return limited(payer, block, this.now());
  }

  /** GitHub answered the call. The last one of the hour blocks the next. */
  answered(payer: Payer, resource: string, rate: RateHeaders): void {
    const slowDown = this.blocks.get(slowDownKey(payer));
    if (slowDown && slowDown.until <= this.now().getTime()) this.blocks.delete(slowDownKey(payer));
    const until = rate.remaining === 0 && rate.resetAt !== undefined ? this.atMost(rate.resetAt * 1000) : 0;
    const key = hourKey(payer, resource);
    if (until > this.now().getTime()) this.blocks.set(key, { until, kind: 'primary', resource, strikes: 0 });
    else if ((this.blocks.get(key)?.until ?? Infinity) <= this.now().getTime()) this.blocks.delete(key);
  }

  private extend(key: string, kind: LimitKind, resource: string, rate: RateHeaders): Block {
    const known = this.blocks.get(key);
    const now = this.now().getTime();
    // calls that were under way together are refused together: one refusal
    const strikes = known && known.until > now ? known.strikes : (known?.strikes ?? -1) + 1;
    const until = Math.max(known?.until ?? 0, this.atMost(saidEnd(rate, now) ?? now + UNSAID_WAIT_MS * 2 ** strikes));
    return { until, kind, resource, strikes };
  }

  private atMost(until: number): number {
    return Math.min(until, this.now().getTime() + LONGEST_WAIT_MS);
  }
}

const slowDownKey = ({ key }: Payer): string => key;
const hourKey = ({ key }: Payer, resource: string): string => `${key} ${resource}`;

/** Milliseconds since 1970; undefined where GitHub says no time that is still to come. */
function saidEnd({ retryAfter, remaining, resetAt }: RateHeaders, now: number): number | undefined {
  if (retryAfter !== undefined) return now + Math.max(1, retryAfter) * 1000;
  return remaining === 0 && resetAt !== undefined && resetAt * 1000 > now ? resetAt * 1000 : undefined;
}

function limited(payer: Payer, { until, kind, resource }: Block, now: Date): HoldshortError {
  const at = new Date(until);
  const what =
    kind === 'primary'
      ? `GitHub's hourly limit on calls of ${payer.name} is used up (primary rate limit, ${resource}).`
      : `GitHub asks ${payer.name} to slow down (secondary rate limit).`;
  return new HoldshortError('github_rate_limited', `${what} ${passesAgain(at, now)}`, {
    advice: `Nothing is wrong with the call: repeat it after ${secondText(at)}. Sooner it is refused without asking GitHub.`,
  });
}
