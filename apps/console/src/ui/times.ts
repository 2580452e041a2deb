const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** "3 minutes ago", "in 2 hours". */
export function relativeTime(at: Date, now: Date): string {
  const away = at.getTime() - now.getTime();
  const size = Math.abs(away);
  if (size < MINUTE) return away <= 0 ? 'just now' : 'in less than a minute';
  if (size < HOUR) return relative.format(Math.trunc(away / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.trunc(away / HOUR), 'hour');
  return relative.format(Math.trunc(away / DAY), 'day');
}

/** In the viewer's zone, with its name; `zone` is for tests. */
export function zonedTime(at: Date, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    ...{ timeZoneName: 'short', hourCycle: 'h23' },
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(at);
}

/** What stands on hover: the same for every viewer. */
export const utcTime = (at: Date): string => `${at.toISOString().slice(0, 23).replace('T', ' ')} UTC`;

/** Value of an `<input type="datetime-local">` as an instant; undefined where it is empty or none. */
export function instantOf(local: string): string | undefined {
  const at = new Date(local);
  return local === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** The reverse of `instantOf`, in the viewer's zone. */
export function localInputOf(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
