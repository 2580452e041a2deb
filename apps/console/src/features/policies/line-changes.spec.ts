import { lineChanges } from './line-changes.js';

it('tells what was added, what was removed and what stayed', () => {
  expect(lineChanges('a\nb\nc\n', 'a\nx\nc\nd\n').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'same a',
    'removed b',
    'added x',
    'same c',
    'added d',
  ]);
  expect(lineChanges('', 'only\n')).toEqual([{ kind: 'added', text: 'only' }]);
});
