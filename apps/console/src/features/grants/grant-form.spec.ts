import { EMPTY_GRANT, grantBodyOf } from './grant-form.js';

const draft = { ...EMPTY_GRANT, name: 'alice', repo: 'acme/app', ref: 'wip/*', gates: 'a, b', reason: 'release' };

describe('grantBodyOf', () => {
  it('is a grant for pushes of an engineer or in a session', () => {
    expect(grantBodyOf(draft)).toEqual({
      ...{ engineer: 'alice', actions: ['ref.create', 'ref.update'], repo: 'acme/app', ref: 'wip/*' },
      ...{ gates: ['a', 'b'], seconds: 7200, reason: 'release' },
    });
    expect(grantBodyOf({ ...draft, forWhom: 'session_id', name: 'ses_1' })).toMatchObject({ session_id: 'ses_1' });
  });

  it.each([
    [{ ...draft, reason: ' ' }, 'are needed'],
    [{ ...draft, gates: ' , ' }, 'are needed'],
    [{ ...draft, hours: 'soon' }, 'a number'],
    [{ ...draft, hours: '0' }, 'a number'],
  ])('says what is missing (%#)', (given, text) => {
    expect(grantBodyOf(given)).toEqual(expect.objectContaining({ message: expect.stringContaining(text) as string }));
  });
});
