import { stepWords } from './step-words.js';

describe('stepWords', () => {
  it.each([
    ['call:ses_1:call_7', 'the tool call call_7'],
    ['operation:0190', 'the call to GitHub 0190'],
    [`commit:${'a'.repeat(40)}`, 'the commit aaaaaaaaaaaa'],
    ['moon:1', 'moon 1'],
  ])('%s', (node, words) => {
    expect(stepWords(node)).toBe(words);
  });
});
