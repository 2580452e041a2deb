import { timelineHtml } from './timeline-html.js';
import { timelineText } from './timeline-text.js';

const SHA = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const HOSTILE = '<img src=x onerror=alert(1)>"\'&\u001b[31m';
const ENTRIES = [
  {
    ...{ time: '2026-01-31T09:26:53.580Z', kind: 'prompt' as const, title: HOSTILE, details: [HOSTILE] },
    ...{ eventId: 'e1', promptSha256: SHA },
  },
  {
    ...{ time: '2026-01-31T09:26:54.580Z', kind: 'write' as const, title: 'git/receive-pack', details: [] },
    ...{ eventId: 'e2', cause: { confidence: 'command' as const, promptSha256: SHA, evidence: [HOSTILE] } },
  },
];
const TEXTS = new Map([[SHA, HOSTILE]]);

it('a page shows text of others as text, and runs and loads nothing', () => {
  const page = timelineHtml(HOSTILE, ENTRIES, TEXTS);
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
  expect(page).toContain(`default-src 'none'`);
  expect(page).not.toMatch(/<(?:script|link|iframe)/);
});

it('a terminal gets no control characters of others', () => {
  const text = timelineText(ENTRIES, TEXTS);
  expect(text).not.toContain('\u001b');
  expect(text).toContain(`    > <img src=x`);
  expect(text).toContain('caused by prompt 5891b5b522d5 (command: <img');
});
