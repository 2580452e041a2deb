import { planWords } from './effect-words.js';
import { completed } from './complete-effects.js';
import type { CommitFacts, GithubReader } from './github-reader.js';
import { makePlan } from './make-plan.js';
import type { SessionEffect } from './rollback-plan.js';

const id = (letter: string): string => letter.repeat(40);
const [A, B, C] = [id('a'), id('b'), id('c')];
const done = (at: string, effect: SessionEffect['effect'], operation = 'pulls/create'): SessionEffect => ({
  ...{ at, call: `cor_${at}`, operation, repo: 'acme/app', effect },
});

describe('a plan', () => {
  const effects = [
    done('1', { kind: 'ref', action: 'update', ref: 'refs/heads/x', old: A, new: B }),
    done('2', { kind: 'pull', action: 'create', number: 7 }),
    done('4', { kind: 'issue', action: 'update', number: 8 }),
    done('5', { kind: 'pull', action: 'create' }),
  ];
  const untold = [
    { ...{ at: '3', call: 'cor_3', operation: 'repos/create-release', repo: 'acme/app' }, why: 'by hand' },
  ];
  const plan = makePlan('ses_1', { effects, untold }, [
    {
      effects: [0],
      verdict: { step: { action: 'restore_ref', repo: 'acme/app', ref: 'refs/heads/x', from: B, to: A } },
    },
    {
      effects: [1],
      verdict: { step: { action: 'close_pull', repo: 'acme/app', number: 7 }, others: ['pull request #9'] },
    },
    { effects: [2], verdict: { kept: 'no text' } },
  ]);

  it('closes pull requests before their branches move, and gives each effect its step or its reason', () => {
    expect(plan.steps.map(({ n, action }) => [n, action])).toEqual([
      [1, 'close_pull'],
      [2, 'restore_ref'],
    ]);
    expect(plan.effects.map(({ at, step, kept }) => [at, step ?? kept])).toEqual([
      ['1', 2],
      ['2', 1],
      ['3', 'by hand'],
      ['4', 'no text'],
      ['5', 'what it was done to is not on record'],
    ]);
  });

  it('reads as words', () => {
    const lines = planWords(plan).split('\n');
    expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
      'What session ses_1 did:',
      'AT | REPOSITORY | WHAT | BY | UNDONE BY',
      '1 | acme/app | x: aaaaaaaaaaaa -> bbbbbbbbbbbb | pulls/create | step 2',
      '2 | acme/app | pull request #7 opened | pulls/create | step 1',
      '3 | acme/app | repos/create-release | repos/create-release | stays: by hand',
      '4 | acme/app | issue #8 edited | pulls/create | stays: no text',
      '5 | acme/app | pull request opened | pulls/create | stays: what it was done to is not on record',
      '',
      'Steps:',
      '1. acme/app: pull request #7 is closed; others: pull request #9',
      '2. acme/app: x goes back from bbbbbbbbbbbb to aaaaaaaaaaaa',
    ]);
  });
});

describe('an effect whose record lacks something', () => {
  const commits: Record<string, Partial<CommitFacts>> = {};
  const github = (facts: Partial<Record<keyof GithubReader, unknown>>): GithubReader =>
    ({
      repository: () => Promise.resolve({ nodeId: 'R_1', defaultBranch: 'main' }),
      commit: (_repo: string, sha: string) => Promise.resolve(commits[sha] && { id: sha, ...commits[sha] }),
      ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, () => Promise.resolve(value)])),
    }) as unknown as GithubReader;
  beforeEach(() => {
    for (const name of Object.keys(commits)) Reflect.deleteProperty(commits, name);
  });

  it('gets the default branch, and the parent of the commit that was made', async () => {
    commits[B] = { parents: [A] };
    const { effect } = await completed(done('1', { kind: 'ref', action: 'update', new: B }), github({}));
    expect(effect).toEqual({ kind: 'ref', action: 'update', ref: 'refs/heads/main', old: A, new: B });
  });

  it('gets no parent where the ref may have been moved anywhere', async () => {
    commits[B] = { parents: [A] };
    const moved = done('1', { kind: 'ref', action: 'update', ref: 'refs/heads/x', new: B }, 'git/update-ref');
    expect((await completed(moved, github({}))).effect.old).toBeUndefined();
  });

  it('gets the commit that was made on top of the old one', async () => {
    const compare = {
      isContained: true,
      commits: [
        { id: B, parents: [A] },
        { id: C, parents: [B] },
      ],
    };
    const made = done('1', { kind: 'ref', action: 'update', ref: 'refs/heads/x', old: A });
    expect((await completed(made, github({ compare }))).effect.new).toBe(B);
  });

  const pull = { number: 7, state: 'closed', merged: true, mergeSha: C, head: 'x', base: 'main' };
  const merge = done('1', { kind: 'pull', action: 'merge', number: 7 });

  it.each<[string, Record<string, Partial<CommitFacts>>, Partial<CommitFacts>[], string]>([
    ['a merge', { [C]: { parents: [A, B], message: 'Merge' } }, [{ message: 'one' }, { message: 'two' }], A],
    ['a squash', { [C]: { parents: [A], message: 'All (#7)' } }, [{ message: 'one' }, { message: 'two' }], A],
    ['one commit', { [C]: { parents: [A], message: 'one' } }, [{ message: 'one' }], A],
    [
      'a rebase',
      { [C]: { parents: [B], message: 'two' }, [B]: { parents: [A], message: 'one' } },
      [{ message: 'one' }, { message: 'two' }],
      A,
    ],
  ])('gets where the base stood before %s', async (_what, made, pullCommits, old) => {
    Object.assign(commits, made);
    const { effect } = await completed(merge, github({ pull, pullCommits }));
    expect(effect).toMatchObject({ ref: 'refs/heads/main', old, new: C });
  });

  it('gets its number by the GraphQL id, or by the one open pull request of its head', async () => {
    const named = done('1', { kind: 'pull', action: 'close', node_id: 'PR_1' });
    expect((await completed(named, github({ numberOfNode: 7 }))).effect.number).toBe(7);
    const headed = done('1', { kind: 'pull', action: 'create', ref: 'refs/heads/x' });
    expect((await completed(headed, github({ openPulls: [{ number: 9 }] }))).effect.number).toBe(9);
    expect(
      (await completed(headed, github({ openPulls: [{ number: 9 }, { number: 10 }] }))).effect.number,
    ).toBeUndefined();
  });
});
