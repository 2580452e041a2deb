/** e.g. `It will pass again at 2026-11-25T21:43:12Z, in 13 minutes.` Rounded up: asking at that second succeeds. */
export function passesAgain(at: Date, now: Date): string {
  const minutes = Math.max(1, Math.ceil((wholeSecond(at) - now.getTime()) / 60_000));
  const wait = minutes === 1 ? 'a minute' : `${minutes} minutes`;
  return `It will pass again at ${secondText(at)}, in ${wait}.`;
}

/** The next whole second, as ISO 8601 without a fraction. */
export const secondText = (at: Date): string => new Date(wholeSecond(at)).toISOString().replace('.000Z', 'Z');

const wholeSecond = (at: Date): number => Math.ceil(at.getTime() / 1000) * 1000;
