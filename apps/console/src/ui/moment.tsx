import { useEffect, useState } from 'react';
import { relativeTime, utcTime, zonedTime } from './times.js';

/** Relative times are wrong by at most this. */
const TICK_MS = 15_000;

function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** A time in the viewer's zone, with UTC on hover. */
export const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} title={utcTime(new Date(at))}>
    {zonedTime(new Date(at))}
  </time>
);

/** "3 minutes ago", with both forms of the time on hover. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  const moment = new Date(at);
  return (
    <time dateTime={at} title={`${zonedTime(moment)} (${utcTime(moment)})`}>
      {relativeTime(moment, now)}
    </time>
  );
}
