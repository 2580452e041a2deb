import { planRef, type RefHistory } from './plan-ref.js';

const id = (letter: string): string => letter.repeat(40);
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(id) as [string, string, string, string];
const NONE = '0'.repeat(40);

const history = (changes: Partial<RefHistory>): RefHistory => ({
  undoes: 'ses_1',
  repo: 'acme/app',
  ref: 'refs/heads/topic',
  moves: [{ old: A, new: B }],
  now: B,
  isDefault: false,
  isProtected: false,
  contained: [true],
  forkPoint: undefined,
  later: [],
  foreignPulls: [],
  neverMovesBack: false,
  ...changes,
});
const place = { repo: 'acme/app', ref: 'refs/heads/topic' };
const revert = (segments: object[], from: string) => ({
  action: 'revert_by_pull',
  ...place,
  from,
  segments,
  branch: 'holdshort/rollback/ses_1/topic',
});

describe('a ref that nobody else moved', () => {
  it.each<[string, Partial<RefHistory>, object]>([
    ['goes back', {}, { action: 'restore_ref', ...place, from: B, to: A }],
    [
      'goes back over all moves at once, forced ones too',
      {
        moves: [
          { old: A, new: B },
          { old: B, new: C },
        ],
        contained: [false, true],
        now: C,
      },
      { action: 'restore_ref', ...place, from: C, to: A },
    ],
    [
      'goes, where the session made it',
      { moves: [{ old: NONE, new: B }] },
      { action: 'delete_ref', ...place, from: B, to: NONE },
    ],
    [
      'comes again, where the session deleted it',
      {
        moves: [
          { old: A, new: B },
          { old: B, new: NONE },
        ],
        contained: [false, false],
        now: undefined,
      },
      { action: 'recreate_ref', ...place, from: NONE, to: A },
    ],
    ['is never moved back where it is the default branch', { isDefault: true }, revert([{ old: A, new: B }], B)],
    ['is never moved back where it is protected', { isProtected: true }, revert([{ old: A, new: B }], B)],
    ['is never moved back where that is not wanted', { neverMovesBack: true }, revert([{ old: A, new: B }], B)],
    [
      'goes back where it is a tag',
      { ref: 'refs/tags/v1', neverMovesBack: true },
      { action: 'restore_ref', repo: 'acme/app', ref: 'refs/tags/v1', from: B, to: A },
    ],
  ])('%s', (_what, changes, step) => {
    expect(planRef(history(changes))).toMatchObject({ step });
  });

  it.each<[string, Partial<RefHistory>, string]>([
    ['stands where it stood', { now: A }, 'it stands where it stood before'],
    [
      'was made and deleted',
      {
        moves: [
          { old: NONE, new: B },
          { old: B, new: NONE },
        ],
        now: undefined,
      },
      'it stands where it stood before',
    ],
    [
      'has pull requests of others',
      { moves: [{ old: NONE, new: B }], foreignPulls: [7, 9] },
      'others built on it: pull request #7, pull request #9',
    ],
    ['was moved from where nobody knows', { moves: [{ new: B }] }, 'from where to where it was moved is not on record'],
    [
      'was moved to where nobody knows',
      { moves: [{ old: A, new: B }, { old: B }] },
      'from where to where it was moved is not on record',
    ],
  ])('stays where it %s', (_what, changes, kept) => {
    expect(planRef(history(changes))).toEqual({ kept });
  });
});

describe('a ref that others moved as well', () => {
  it('is never moved: a revert is proposed on top of what they did', () => {
    expect(planRef(history({ now: C, later: ['1 commit by bob'] }))).toEqual({
      step: revert([{ old: A, new: B }], C),
      others: ['1 commit by bob'],
    });
  });

  it('has each part of the session taken back, and what follows each other as one', () => {
    const moves = [
      { old: A, new: B },
      { old: B, new: C },
      { old: D, new: id('e') },
    ];
    expect(planRef(history({ moves, contained: [true, true, true], now: id('e') }))).toMatchObject({
      step: revert(
        [
          { old: A, new: C },
          { old: D, new: id('e') },
        ],
        id('e'),
      ),
    });
  });

  it('has no part taken back that is not in it any more', () => {
    const moves = [
      { old: A, new: B },
      { old: D, new: C },
    ];
    expect(planRef(history({ moves, contained: [false, true], now: id('e') }))).toMatchObject({
      step: revert([{ old: D, new: C }], id('e')),
    });
    expect(planRef(history({ contained: [false], now: C }))).toEqual({
      kept: 'nothing of the session is in it any more',
    });
  });

  it('begins where the session made it', () => {
    const made = { moves: [{ old: NONE, new: B }], now: C };
    expect(planRef(history({ ...made, forkPoint: D }))).toMatchObject({ step: revert([{ old: D, new: B }], C) });
    expect(planRef(history(made))).toEqual({ kept: 'nothing of the session is in it any more' });
  });

  it.each<[Partial<RefHistory>, string]>([
    [{ now: undefined }, 'somebody else has deleted it since'],
    [{ moves: [{ old: A, new: NONE }], now: C }, 'somebody else has created it again since'],
    [{ ref: 'refs/tags/v1', now: C }, 'somebody else has moved it since'],
  ])('%j stays: %s', (changes, kept) => {
    expect(planRef(history(changes))).toEqual({ kept });
  });
});
