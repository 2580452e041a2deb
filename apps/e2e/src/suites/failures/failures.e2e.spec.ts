import { setTimeout as delay } from 'node:timers/promises';
import { said } from '../../harness/execute.js';
import { Stack, calls } from '../../harness/stack.js';

const CLONE = 'git clone -q https://github.com/acme/app.git . && git config user.email a@b && git config user.name a';

describe('when parts fail', () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.start();
    await stack.signIn('alice', 'sam');
  }, 180_000);
  afterEach(() => stack.stop());

  const until = async (file: string): Promise<void> => {
    const { access } = await import('node:fs/promises');
    for (let tries = 0; tries < 300; tries += 1) {
      if (
        await access(file).then(
          () => true,
          () => false,
        )
      )
        return;
      await delay(100);
    }
    throw new Error(`${file} did not appear`);
  };

  it('refuses writes while the control plane is away, with its words, and serves again when it is back', async () => {
    const ready = stack.workFile('ready-to-push');
    const go = stack.workFile('go');
    const again = stack.workFile('again');
    const session = stack.script(
      'alice',
      [
        `mkdir w && cd w && ${CLONE} && git checkout -q -b topic/down && git commit -q --allow-empty -m d`,
        `touch ${ready}; while ! test -e ${go}; do sleep 0.1; done`,
        'git push origin topic/down && exit 3 || echo "first push refused"',
        `while ! test -e ${again}; do sleep 0.1; done`,
        'git push origin topic/down',
      ].join('\n'),
      { cwd: stack.dir },
    );
    await until(ready);
    stack.kill('control-plane', 'SIGKILL');
    const since = await stack.lastRequest();
    await stack.write('go', '');
    await delay(2500);
    expect((await stack.requests(since)).filter(({ pack_bytes }) => pack_bytes > 0)).toEqual([]);
    await stack.restart('control-plane');
    await stack.agentReady();
    await stack.write('again', '');
    const ran = await session;
    expect(said(ran)).toBe('ok');
    expect(ran.text).toContain('first push refused');
    expect(ran.text).toContain('control plane');
    expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/down');
  }, 120_000);

  it('has starts and stops of the agent, and what was changed about it, on record', async () => {
    stack.kill('agent', 'SIGTERM');
    await stack.events((all) => all.some(({ type }) => type === 'agent.stopped'));
    await stack.restart('agent', { HOLDSHORT_AGENT_MAX_BODY_BYTES: '1048576' });
    const events = await stack.events((all) => all.filter(({ type }) => type === 'agent.started').length === 2);
    const own = events.map(({ type }) => type).filter((type) => /^agent\.st|^config/.test(type));
    expect(own.slice(own.indexOf('agent.started'))).toEqual(
      expect.arrayContaining(['agent.started', 'config.changed', 'agent.stopped', 'agent.started', 'config.changed']),
    );
    await stack.events((all) =>
      all.some(
        ({ type, detail }) =>
          type === 'config.changed' &&
          detail?.['first_start'] === false &&
          String(detail['changed']).includes('HOLDSHORT_AGENT_MAX_BODY_BYTES'),
      ),
    );
  }, 120_000);

  it('kill -9 of the agent between attempt and outcome loses no event', async () => {
    await stack.control('POST', '/faults', { match: 'git-receive-pack', delay_ms: 3000, times: 4 });
    const session = stack.script(
      'alice',
      `mkdir k && cd k && ${CLONE} && git checkout -q -b topic/killed && git commit -q --allow-empty -m k && (git push origin topic/killed || true); sleep 12`,
      { cwd: stack.dir },
    );
    await stack.events(
      (all) =>
        calls(all).some(({ phase, push }) => phase === 'attempt' && push?.[0]?.ref === 'refs/heads/topic/killed'),
      60_000,
    );
    stack.kill('agent', 'SIGKILL');
    await stack.restart('agent');
    const events = await stack.events(
      (all) =>
        calls(all).some(({ phase, push }) => phase === 'outcome' && push?.[0]?.ref === 'refs/heads/topic/killed'),
      30_000,
    );
    await session;
    const pushed = calls(events).filter(({ push }) => push?.[0]?.ref === 'refs/heads/topic/killed');
    expect(pushed.map(({ phase }) => phase)).toEqual(['attempt', 'outcome']);
    expect(pushed[1]).toMatchObject({ correlation_id: pushed[0]?.correlation_id, detail: { recovered: true } });
    const landed = 'refs/heads/topic/killed' in (await stack.refs('acme/app'));
    if (pushed[1]?.outcome !== 'unknown') expect(pushed[1]?.outcome).toBe(landed ? 'success' : 'failed');
    expect(said(await stack.holdshort('sam', ['audit', 'verify']))).toBe('ok');
  }, 120_000);
});
