import { commandLines } from './command-lines.js';

it.each([
  ['Copilot, Claude Code', { command: 'git push' }, ['git push']],
  ['Codex', { cmd: 'git push', workdir: '/w' }, ['git push']],
  ['Codex, as a list for a shell', { command: ['bash', '-lc', 'git push && echo "a b"'] }, ['git push && echo "a b"']],
  ['a list of words', { command: ['git', 'commit', '-m', "it's done"] }, [`git commit -m 'it'\\''s done'`]],
  ['a tool without one', { path: 'a.txt', content: 'git push' }, []],
  ['no object', ['git push'], []],
])('%s', (_who, given, expected) => {
  expect(commandLines(JSON.stringify(given))).toEqual(expected);
});
