import { assistantMarks, trailersOf } from './assistant-marks.js';
import { commitDetails, personOf } from './commit-details.js';

const WHO = 'Ada <ada@example.com> 1700000000 +0100';

describe('trailersOf', () => {
  it.each<[string, string, [string, string][]]>([
    ['none', 'Fix the door\n\nIt was open.\n', []],
    ['a subject that looks like one', 'fix: the door', []],
    [
      'two, one of them continued',
      'Fix\n\nBody.\n\nReviewed-by: Bob <b@example.com>\nNote: a\n  b\n',
      [
        ['Reviewed-by', 'Bob <b@example.com>'],
        ['Note', 'a b'],
      ],
    ],
    ['text with a colon in the last paragraph', 'Fix\n\nThis is why: it rained.\nAnd more.\n', []],
    [
      'those of git, among other lines',
      'Fix\n\nsome line\nSigned-off-by: A <a@example.com>\n',
      [['Signed-off-by', 'A <a@example.com>']],
    ],
    [
      'a blank line of blanks',
      'Fix\n \t\nCo-authored-by: X <x@example.com>',
      [['Co-authored-by', 'X <x@example.com>']],
    ],
  ])('%s', (_, message, expected) => {
    expect(trailersOf(message).map(({ key, value }) => [key, value])).toEqual(expected);
  });

  it('is bounded', () => {
    const message = `x\n\n${Array.from({ length: 60 }, (_, i) => `K${i}: ${'v'.repeat(1000)}`).join('\n')}`;
    const trailers = trailersOf(message);
    expect([trailers.length, trailers[0]?.value.length]).toEqual([50, 500]);
  });
});

describe('assistantMarks', () => {
  it.each([
    ['Co-Authored-By: Claude <noreply@anthropic.com>', ['claude']],
    ['Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>', ['copilot']],
    ['Co-authored-by: Cursor <cursoragent@cursor.com>', ['cursor']],
    ['Co-authored-by: aider (gpt-5) <noreply@aider.chat>', ['aider']],
    ['Co-authored-by: Bob <bob@example.com>', []],
    ['We talked about Claude and Copilot.', []],
  ])('%s', (line, expected) => {
    expect(assistantMarks({ author: WHO, committer: WHO, message: `x\n\n${line}\n` })).toEqual(expected);
  });

  it('sees an author, and a mark at the end of a long message', () => {
    const author = 'copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com> 1 +0000';
    expect(assistantMarks({ author, committer: WHO, message: 'x' })).toEqual(['copilot']);
    const message = `x\n\n${'y\n'.repeat(100_000)}\nCo-Authored-By: Claude <noreply@anthropic.com>\n`;
    expect(assistantMarks({ author: WHO, committer: WHO, message })).toEqual(['claude']);
  });
});

describe('hostile commits', () => {
  it.each(['1', '<', '> ', '\n', ' ', '\n ', 'a: b\n', '(aider', '<a.'])('of %j take no time', (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const commit = { tree: 't', parents: [], author: text, committer: text, signed: false, message: `x\n\n${text}` };
    const start = performance.now();
    commitDetails('c', commit);
    expect(performance.now() - start).toBeLessThan(1000); // measured: 5; a quadratic search takes minutes
  });
});

describe('commitDetails', () => {
  it('says who, when, signed and marked', () => {
    const message = 'Subject\n\nBody\n\nCo-authored-by: Claude <noreply@anthropic.com>\n';
    const commit = { tree: 't', parents: ['p'], author: WHO, committer: WHO, signed: true, message };
    const ada = { name: 'Ada', email: 'ada@example.com', time: 1_700_000_000 };
    expect(commitDetails('c', commit)).toEqual({
      id: 'c',
      parents: ['p'],
      author: ada,
      committer: ada,
      signed: true,
      subject: 'Subject',
      trailers: [{ key: 'Co-authored-by', value: 'Claude <noreply@anthropic.com>' }],
      assistants: ['claude'],
    });
  });

  it.each([
    ['A B <a@b> 12 +0000', { name: 'A B', email: 'a@b', time: 12 }],
    ['<a@b> 12 +0000', { name: '', email: 'a@b', time: 12 }],
    ['A <> ', { name: 'A', email: '' }],
    ['A <a@b> yesterday', { name: 'A <a@b> yesterday', email: '' }],
    ['nobody', { name: 'nobody', email: '' }],
  ])('reads %j', (text, person) => {
    expect(personOf(text)).toEqual(person);
  });
});
