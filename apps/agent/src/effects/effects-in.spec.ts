import { gzipSync } from 'node:zlib';
import type { Exchange } from '../exchange/exchange.js';
import { AnswerCopy } from './answer-copy.js';
import { effectsIn } from './effects-in.js';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

const copyOf = (answer: unknown, coding?: string): AnswerCopy => {
  const copy = new AnswerCopy();
  copy.begin(coding === undefined ? {} : { 'content-encoding': coding });
  const bytes = Buffer.from(JSON.stringify(answer));
  const sent = coding === 'gzip' ? gzipSync(bytes) : bytes;
  copy.push(sent.subarray(0, 9));
  copy.push(sent.subarray(9));
  return copy;
};

const exchange = (id: string, intents: object[], facts: object): Exchange =>
  ({ operation: { surface: 'rest', id, intents }, answer: { status: 200 }, ...facts }) as unknown as Exchange;

const write = { action: 'ref.update', target: { owner: 'acme', repo: 'app' } };
const made = { commit: { sha: B, parents: [{ sha: A }] } };
const written = { kind: 'ref', action: 'update', ref: 'refs/heads/main', old: A, new: B };
const contents = (facts: object) =>
  exchange('repos/create-or-update-file-contents', [write], {
    decision: { resolvedTarget: { ref: 'refs/heads/main', number: 0 } },
    ...facts,
  });

describe('effects of a call', () => {
  it('are read of the answer, coded or not; the default branch is the one that was decided about', async () => {
    expect(await effectsIn(contents({ answerCopy: copyOf(made) }))).toEqual([written]);
    expect(await effectsIn(contents({ answerCopy: copyOf(made, 'gzip') }))).toEqual([written]);
  });

  it('have the id of before that was asked for', async () => {
    const update = { action: 'ref.update', target: { ...write.target, ref: 'refs/heads/x', commit: B } };
    const facts = { answerCopy: copyOf({ object: { sha: B } }), refsBefore: new Map([['refs/heads/x', A]]) };
    expect(await effectsIn(exchange('git/update-ref', [update], facts))).toEqual([
      { kind: 'ref', action: 'update', ref: 'refs/heads/x', old: A, new: B },
    ]);
  });

  it('get no name where the call changes several things', async () => {
    const facts = { answerCopy: copyOf(made), decision: { resolvedTarget: { ref: 'refs/heads/main' } } };
    expect(await effectsIn(exchange('repos/delete-file', [write, write], facts))).toEqual([
      { kind: 'ref', action: 'update', old: A, new: B },
    ]);
  });

  it.each<[string, object]>([
    ['GitHub refused', { answer: { status: 422 }, answerCopy: copyOf(made) }],
    ['nothing was copied', {}],
    ['the coding is not known', { answerCopy: copyOf(made, 'rot13') }],
    ['the answer is over 1 MiB', { answerCopy: copyOf({ ...made, more: 'x'.repeat(1 << 20) }) }],
  ])('are none where %s', async (_why, facts) => {
    expect(await effectsIn(contents(facts))).toBeUndefined();
  });
});
