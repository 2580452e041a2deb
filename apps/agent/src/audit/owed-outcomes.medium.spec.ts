import { setTimeout as delay } from 'node:timers/promises';
import { CREDENTIAL, exchangeBytes, RunningAgent } from '../test-support/running-agent.js';

const BODY = '{"title":"t"}';
const REQUEST = [
  'POST /api/v3/repos/acme/app/issues HTTP/1.1',
  'Host: 127.0.0.1',
  `Authorization: token ${CREDENTIAL}`,
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');

test('a write that GitHub has taken is answered though its outcome finds no room, and the outcome follows', async () => {
  const agent = await RunningAgent.start();
  try {
    let refused = 0;
    let full = true;
    agent.isUnrecordable = ({ phase }) => full && phase === 'outcome' && (refused += 1) > 0;
    expect(await exchangeBytes(agent.endpoint(), REQUEST)).toMatch(/^HTTP\/1\.1 200/);
    expect(agent.reached).toHaveLength(1);
    expect(agent.events.map(({ phase }) => phase)).toEqual(['attempt']);
    while (refused < 3) await delay(20);
    full = false;
    while (agent.events.length < 2) await delay(20);
    const [attempt, outcome] = agent.events;
    expect(outcome).toMatchObject({ phase: 'outcome', outcome: 'success', correlation_id: attempt?.correlation_id });
    expect(Date.now() - Date.parse(outcome?.time ?? '')).toBeGreaterThan(1000);
  } finally {
    await agent.stop();
  }
}, 30_000);

test('a read that finds no room is withheld, and nothing is owed', async () => {
  const agent = await RunningAgent.start();
  try {
    agent.isUnrecordable = () => true;
    const get = REQUEST.replace('POST /api/v3/repos/acme/app/issues', 'GET /api/v3/repos/acme/app').replace(
      /Content-Length: \d+\r\n\r\n.*/,
      '\r\n',
    );
    expect(await exchangeBytes(agent.endpoint(), get)).toMatch(/^HTTP\/1\.1 503/);
    agent.isUnrecordable = () => false;
    await delay(1500);
    expect(agent.events).toEqual([]);
  } finally {
    await agent.stop();
  }
}, 30_000);
