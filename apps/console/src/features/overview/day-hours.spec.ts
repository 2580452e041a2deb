import { byAssistant, everyHour, sumOf } from './day-hours.js';

const hour = (at: string, assistant: string, calls: number) => ({
  ...{ at, assistant, calls },
  ...{ pushes: 1, refusals: 2, holds: 0 },
});
const hours = [
  hour('2026-03-01T08:00:00.000Z', 'copilot', 5),
  hour('2026-03-01T08:00:00.000Z', '', 1),
  hour('2026-03-01T10:00:00.000Z', 'claude', 7),
];

describe('the numbers of a day', () => {
  it('have a place for each hour, quiet ones included', () => {
    const rows = everyHour(hours, new Date('2026-03-01T07:30:00Z'), new Date('2026-03-01T10:20:00Z'));
    expect(rows.map(({ at, calls }) => [at.getUTCHours(), calls])).toEqual([
      [7, 0],
      [8, 6],
      [9, 0],
      [10, 7],
    ]);
  });

  it('add up, and by assistant', () => {
    expect(sumOf(hours)).toEqual({ calls: 13, pushes: 3, refusals: 6, holds: 0 });
    expect(byAssistant(hours).map(({ assistant, calls }) => [assistant, calls])).toEqual([
      ['claude', 7],
      ['copilot', 5],
      ['', 1],
    ]);
  });
});
