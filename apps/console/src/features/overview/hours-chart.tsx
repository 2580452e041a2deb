import { Text } from '@mantine/core';
import type { Counts } from './day-hours.js';

const HEIGHT = 120;
const WIDTH = 20;

type Hour = Counts & { at: Date };

const hourText = (at: Date): string =>
  at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

function Bar({ hour, index, most }: { hour: Hour; index: number; most: number }) {
  const scale = (count: number): number => (count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT));
  const bars = [
    { kind: 'calls', size: scale(hour.calls), x: 2, width: 12 },
    { kind: 'refusals', size: scale(hour.refusals), x: 2, width: 12 },
    { kind: 'holds', size: scale(hour.holds), x: 15, width: 3 },
  ];
  return (
    <g transform={`translate(${index * WIDTH} 0)`}>
      <title>
        {`${hourText(hour.at)}: ${hour.calls} calls, ${hour.refusals} refused, ${hour.holds} held, ${hour.pushes} pushes`}
      </title>
      <rect width={WIDTH} height={HEIGHT} fill="transparent" />
      {bars.map(({ kind, size, x, width }) => (
        <rect key={kind} className={`bar-${kind}`} x={x} y={HEIGHT - size} width={width} height={size} />
      ))}
    </g>
  );
}

/** Calls by the hour, with what of them was refused, and what was held beside it. The table below says the same. */
export function HoursChart({ hours }: { hours: readonly Hour[] }) {
  const most = Math.max(1, ...hours.map(({ calls, holds }) => Math.max(calls, holds)));
  const [first, last] = [hours[0], hours.at(-1)];
  return (
    <figure className="chart">
      <svg
        viewBox={`0 0 ${hours.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Calls by the hour"
      >
        {hours.map((hour, index) => (
          <Bar key={hour.at.getTime()} hour={hour} index={index} most={most} />
        ))}
      </svg>
      <figcaption>
        <span className="row-line">
          <Text size="xs" c="dimmed" component="span">
            {first ? hourText(first.at) : ''}
          </Text>
          <Text size="xs" c="dimmed" component="span">
            {last ? hourText(last.at) : ''}
          </Text>
        </span>
        <Text size="xs" component="span">
          <span className="key" data-kind="calls" /> calls <span className="key" data-kind="refusals" /> refused{' '}
          <span className="key" data-kind="holds" /> held · at most {most} an hour
        </Text>
      </figcaption>
    </figure>
  );
}
