import { requireValidEvents } from '@holdshort/testkit/events';
import { CREDENTIAL, exchangeBytes, RunningAgent } from '../test-support/running-agent.js';

const GET = `GET /api/v3/repos/acme/app HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token ${CREDENTIAL}\r\n\r\n`;

test('a clock that steps back while a call is under way gives no negative duration', async () => {
  const agent = await RunningAgent.start();
  const now = Date.now;
  try {
    let calls = 0;
    Date.now = () => now() - 60_000 * (calls += 1);
    expect(await exchangeBytes(agent.endpoint(), GET)).toMatch(/^HTTP\/1\.1 200/);
  } finally {
    Date.now = now;
    await agent.stop();
  }
  requireValidEvents(agent.sealed());
  expect(agent.events[0]?.response?.duration_ms).toBeGreaterThanOrEqual(0);
}, 30_000);
