export interface LocalTime {
  minuteOfDay: number;
  hour: number;
  /** ISO: 1 = Monday. */
  weekday: number;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

/** Whether the zone is one of the IANA database that this runtime knows: `Europe/Zurich`, `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false; // Intl throws a RangeError for an unknown zone; that is the answer
  }
}

/** What the clock on the wall says in the zone. @throws RangeError for an unknown zone or an invalid date */
export function localTime(now: Date, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const hour = Number(parts.get('hour'));
  return {
    hour,
    minuteOfDay: hour * 60 + Number(parts.get('minute')),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
  };
}
