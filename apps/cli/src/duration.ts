import { HoldshortError } from '@holdshort/errors';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `30m`, `2h`, `1d` as seconds. @throws HoldshortError `request_malformed` for anything else */
export function readDuration(text: string): number {
  const [, amount, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  throw new HoldshortError('request_malformed', `"${text}" is not a duration.`, { advice: 'Write 30m, 2h or 1d.' });
}
