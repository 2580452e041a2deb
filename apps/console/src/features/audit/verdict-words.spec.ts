import { verdictWords, type Verdict } from './verdict-words.js';

const good: Verdict = {
  ...{ verdict: 'good', chains: 'whole', reasons: [], events: 120, number_of_chains: 1, checkpoints: 2, heads: 1 },
  ...{ anchors: 0, anchors_compared: 0, unsigned_chains: 0, unsigned_records: 3, awaited: 0 },
  ...{ since: '2026-03-01T00:00:00.000Z', more: false },
};

it('says what was found, and names the first false record first', () => {
  expect(verdictWords(good)).toEqual({
    title: 'The trail is whole',
    lines: [
      '120 records in 1 chain, with 2 checkpoints, 1 countersigned head and 0 anchors',
      '3 records at the ends of chains, which no signature covers yet',
    ],
  });
  const broken = { kind: 'edited', chain_id: 'c', seq: 7, index: 7, message: 'record 7 was changed' } as const;
  const { title, lines } = verdictWords({ ...good, verdict: 'broken', chains: 'broken', broken });
  expect([title, lines[0]]).toEqual(['The trail is broken', 'record 7 was changed']);
});
