import { stepsFor } from './next-steps.js';

const editor = { login: 'eve', isEditor: true, isAdmin: false };
const admin = { login: 'carol', isEditor: true, isAdmin: true };
const reader = { login: 'dave', isEditor: false, isAdmin: false };

it.each([
  ['draft', editor, ['submit']],
  ['draft', admin, ['submit', 'activate']],
  ['review', editor, []],
  ['review', admin, ['review', 'activate']],
  ['approved', admin, ['activate']],
  ['retired', admin, ['activate']],
  ['active', admin, []],
  ['rejected', admin, []],
  ['review', reader, []],
] as const)('a version in %s offers %j: %j', (state, viewer, offered) => {
  const steps = Object.entries(stepsFor({ state, author: 'eve' }, viewer));
  expect(steps.filter(([, isOffered]) => isOffered).map(([name]) => name)).toEqual(offered);
});
