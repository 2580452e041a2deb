import { createLogger } from './logger.js';

const lines: string[] = [];
const logger = createLogger('svc', 'info', { write: (line) => void lines.push(line) });
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;

describe('log lines', () => {
  it('are one JSON object, with time, process and the id of the call', () => {
    logger.info({ correlation_id: 'cor_1' }, 'a call');
    expect(lines.at(-1)).toMatch(/^\{.*\}\n$/);
    expect(last()).toMatchObject({ name: 'svc', correlation_id: 'cor_1', msg: 'a call', level: 30 });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.each(['authorization', 'cookie', 'token', 'credential', 'password', 'secret', 'private_key', 'client_secret'])(
    'have no value of %s, at the top or below',
    (key) => {
      logger.info({ [key]: 'v-1', request: { [key]: 'v-2', headers: { [key]: 'v-3' } } }, 'x');
      expect(lines.at(-1)).not.toMatch(/v-[123]/);
      expect(last()[key]).toBe('[removed]');
    },
  );

  it.each([
    ['a token of GitHub', 'ghs_0123456789abcdef0123'],
    ['a fine-grained token', 'github_pat_11ABCDEFG0123456789'],
    ['a join token', 'hsj1_abcdefghijkl'],
    ['a session credential', 'ghu_holdshort_0123456789abcdef'],
  ])('have no %s in a text, an error or its cause', (_name, token) => {
    logger.error(
      { err: new Error(`fetch ${token}`, { cause: new Error(token) }), note: `x ${token} y` },
      `and ${token}`,
    );
    expect(lines.at(-1)).not.toContain(token);
    expect(lines.at(-1)).toContain('[token removed]');
  });

  it('do not let a text of others forge a line', () => {
    logger.warn({ ref: 'a\n{"level":60}\u001b[2J' }, 'x');
    expect(lines.at(-1)?.trimEnd()).not.toMatch(/[\n\u001b]/);
  });
});
