import fc from 'fast-check';
import { requireValidEvents } from '@holdshort/testkit/events';
import { CREDENTIAL, exchangeBytes, RunningAgent } from '../test-support/running-agent.js';

/** Bounded, so that it can run with every build. */
const FUZZ = { interruptAfterTimeLimit: 5_000, numRuns: 100_000, markInterruptAsFailure: false, endOnFailure: true };

const REQUEST = `PUT /api/v3/repos/acme/app/contents/x HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token ${CREDENTIAL}\r\nContent-Length: 2\r\n\r\n{}`;
/** Pieces that parsers trip over. */
const TOKEN = fc.constantFrom(
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  '%2f',
  '%00',
  '/../',
  'Content-Length: 1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: github.com\r\n',
  'Upgrade: h2c\r\n',
  'http://github.com',
);

/** Whatever comes: the server answers or closes, goes on serving, and only whole, plain requests are forwarded. */
describe('bytes from a hostile client', () => {
  let agent: RunningAgent;
  beforeAll(async () => {
    agent = await RunningAgent.start();
  });
  afterEach(() => requireValidEvents(agent.sealed()));
  afterAll(() => agent.stop());

  const stillServes = async (): Promise<void> => {
    const get = REQUEST.replace('PUT', 'GET').replace('Content-Length: 2', 'Connection: close').replace('{}', '');
    expect(await exchangeBytes(agent.endpoint(), get, 2_000)).toContain('HTTP/1.1 200');
    agent.reached.length = 0;
  };

  it.each(['endpoint', 'proxy'] as const)('random bytes to the %s: nothing is forwarded', async (way) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
        const answer = await exchangeBytes(agent[way](), Buffer.from(bytes), 10);
        expect(answer === '' || /^HTTP\/1\.1 [45]/.test(answer)).toBe(true);
        expect(agent.reached).toEqual([]);
      }),
      FUZZ,
    );
    await stillServes();
  });

  it('a request with one piece put in anywhere: forwarded only as the operation it was judged to be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(REQUEST.length), TOKEN, async (at, piece) => {
        agent.reached.length = 0;
        agent.events.length = 0;
        await exchangeBytes(
          agent.endpoint(),
          Buffer.from(REQUEST.slice(0, at) + piece + REQUEST.slice(at), 'latin1'),
          25,
        );
        const judged = agent.events.filter(({ phase }) => phase === 'attempt').map(({ request }) => request?.path);
        expect(agent.reached.map(({ url }) => url.split('?')[0])).toEqual(judged.slice(0, agent.reached.length));
        expect(agent.reached.every(({ headers }) => headers.host === 'api.github.com')).toBe(true);
        expect(JSON.stringify(agent.reached)).not.toContain(CREDENTIAL);
      }),
      FUZZ,
    );
    await stillServes();
  });
});
