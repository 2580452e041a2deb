import { readCases } from './policy-body.js';

it('reads cases, and says what is wrong with what are none', () => {
  expect(readCases('')).toEqual([]);
  expect(readCases('[{"name":"a"}]')).toEqual([{ name: 'a' }]);
  for (const text of ['{}', '[1]', '[', 'null']) expect(readCases(text)).toBeInstanceOf(Error);
});
