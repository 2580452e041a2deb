import { firstAnswer } from './first-answer.js';

describe('firstAnswer', () => {
  const ask = (n: number): Promise<string | undefined> =>
    n < 0
      ? Promise.reject(new Error(`${String(n)} failed`))
      : Promise.resolve(n > 9 ? `answer ${String(n)}` : undefined);

  it('is of the first that has one, whatever failed before, and nobody after it is asked', async () => {
    const asked: number[] = [];
    const answer = await firstAnswer([-1, 3, 12, 13], (n) => {
      asked.push(n);
      return ask(n);
    });
    expect(answer).toBe('answer 12');
    expect(asked).toEqual([-1, 3, 12]);
  });

  it('is a failure only where none has one', async () => {
    await expect(firstAnswer([3, -1, -2], ask)).rejects.toThrow('-1 failed');
    expect(await firstAnswer([3, 4], ask)).toBeUndefined();
    expect(await firstAnswer([], ask)).toBeUndefined();
  });
});
