import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack, calls, type StoredEvent } from '../../harness/stack.js';
import { TcpBalancer } from './tcp-balancer.js';

const APP = 'https://github.com/acme/app.git';
const portOf = (url: string): number => Number(/:(\d+)$/.exec(url)?.[1]);

interface Approval {
  id: string;
  refs: { ref: string }[];
}

describe('two control planes behind one address', () => {
  let stack: Stack;
  let grpc: TcpBalancer;
  let http: TcpBalancer;
  let started = 0;

  const startReplica = () =>
    stack.startAnother('control-plane', {
      HOLDSHORT_HTTP_PORT: '0',
      HOLDSHORT_GRPC_PORT: '0',
      HOLDSHORT_SPOOL_DIR: stack.workFile(`spool-${String((started += 1))}`),
    });

  /** The agent finds its control plane at another address, as it would behind a load balancer from the start. */
  const moveAgent = async (address: string): Promise<void> => {
    const file = path.join(stack.dev.processes['agent']?.env['HOLDSHORT_AGENT_STATE_DIR'] ?? '', 'identity.json');
    stack.kill('agent', 'SIGTERM');
    await delay(500);
    const identity = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...identity, grpc: address }));
    await stack.restart('agent');
  };

  let replicas: { kill: (signal: NodeJS.Signals) => void; grpc: number; http: number }[];

  beforeEach(async () => {
    stack = await Stack.start();
    const [first, second] = await Promise.all([startReplica(), startReplica()]);
    replicas = [first, second].map(({ ready, kill }) => ({
      kill,
      grpc: portOf(ready['grpc'] ?? ''),
      http: portOf(ready['httpUrl'] ?? ''),
    }));
    grpc = await TcpBalancer.start(replicas.map((replica) => replica.grpc));
    http = await TcpBalancer.start(replicas.map((replica) => replica.http));
    // the stack's own control plane is not part of this
    stack.kill('control-plane', 'SIGKILL');
    http.preferred = 1;
    await stack.useControlPlane(`http://127.0.0.1:${String(http.port)}`);
    await moveAgent(`127.0.0.1:${String(grpc.port)}`);
    await stack.signIn('alice', 'sam', 'carol');
    const app = stack.workFile('app');
    expect(said(await stack.git('alice', ['clone', '-q', APP, app]))).toBe('ok');
    await execute(['git', '-C', app, 'config', 'user.email', 'alice@example.test']);
    await execute(['git', '-C', app, 'config', 'user.name', 'alice']);
  }, 180_000);
  afterEach(async () => {
    await stack.stop();
    await Promise.all([grpc.stop(), http.stop()]);
  }, 60_000);

  const pushWorkflow = (branch: string): Promise<Ran> =>
    stack.script(
      'alice',
      `git checkout -q -B ${branch} origin/main && mkdir -p .github/workflows && echo "# ${branch}" >> .github/workflows/x.yml && git add . && git commit -qm "${branch}" && git push origin ${branch}`,
      { cwd: stack.workFile('app') },
    );

  const pendingFor = async (branch: string): Promise<Approval> => {
    for (let tries = 0; tries < 150; tries += 1) {
      const ran = await stack.holdshort('sam', ['approval', 'list', '--json']);
      const found = ran.code === 0 ? (JSON.parse(ran.stdout) as Approval[]) : [];
      const mine = found.find(({ refs }) => refs.some(({ ref }) => ref.endsWith(branch)));
      if (mine) return mine;
      await delay(100);
    }
    throw new Error(`no pending approval for ${branch}`);
  };
  const approve = async (id: string): Promise<void> => {
    expect(said(await stack.holdshort('sam', ['approval', 'approve', id]))).toBe('ok');
  };
  const msBetween = (events: StoredEvent[], from: string, to: (event: StoredEvent) => boolean): number => {
    const times = [events.find(({ type }) => type === from), events.find(to)].map((event) =>
      Date.parse(event?.time ?? ''),
    );
    return (times[1] ?? NaN) - (times[0] ?? NaN);
  };

  it('an approval, a stop and a revoked agent cross within a second', async () => {
    const push = pushWorkflow('topic/crossed');
    await approve((await pendingFor('topic/crossed')).id);
    expect(said(await push)).toBe('ok');
    const used = (event: StoredEvent): boolean => event.type === 'approval.used';
    const approved = await stack.events((all) => all.some(used));
    expect(msBetween(approved, 'approval.granted', used)).toBeLessThan(1_000);

    const stopped = pushWorkflow('topic/stopped');
    await pendingFor('topic/stopped');
    const killed = await stack.holdshort('carol', [
      'admin',
      'kill',
      '--engineer',
      'alice',
      '--reason',
      'drill',
      '--json',
    ]);
    expect(said(killed)).toBe('ok');
    const ran = await stopped;
    expect(ran.code).toBe(1);
    expect(ran.text).toContain('Work was stopped here: killed by carol: drill');
    const refused = (event: StoredEvent): boolean => event.type === 'call.write' && event.error?.code === 'kill_switch';
    const after = await stack.events((all) => all.some(refused));
    expect(msBetween(after, 'kill.engaged', refused)).toBeLessThan(1_000);
    expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/stopped');
    expect((await stack.git('alice', ['ls-remote', APP])).code).toBe(1);
    const { id } = JSON.parse(killed.stdout) as { id: string };
    expect(said(await stack.holdshort('carol', ['admin', 'unkill', id]))).toBe('ok');

    const ready = stack.workFile('ready');
    const go = stack.workFile('go');
    const reading = stack.script(
      'alice',
      `git ls-remote ${APP} > /dev/null && touch ${ready}; while ! test -e ${go}; do sleep 0.05; done; git ls-remote ${APP}`,
    );
    while ((await execute(['test', '-e', ready])).code !== 0) await delay(50);
    const agents = JSON.parse((await stack.holdshort('carol', ['admin', 'agent', 'list', '--json'])).stdout) as {
      id: string;
    }[];
    const agentId = agents[0]?.id ?? '';
    expect(said(await stack.holdshort('carol', ['admin', 'agent', 'revoke', agentId, '--reason', 'gone']))).toBe('ok');
    await delay(1_000);
    await stack.write('go', '');
    const read = await reading;
    expect(read.code).not.toBe(0);
    expect(read.text).toMatch(/unknown or revoked|not known or was revoked/);
  }, 180_000);

  it.each([
    ['that serves the agent', 0],
    ['that serves the approver', 1],
  ])(
    'kill -9 of the replica %s during a held push costs nothing',
    async (_, victim) => {
      const branch = `topic/survives-${String(victim)}`;
      const push = pushWorkflow(branch);
      const { id } = await pendingFor(branch);
      replicas[victim]?.kill('SIGKILL');
      await delay(1_500);
      await approve(id);
      const ran = await push;
      expect(said(ran)).toBe('ok');
      expect(ran.text).toMatch(/remote: holdshort: waiting for 1 of group security/);
      expect(await stack.refs('acme/app')).toHaveProperty(`refs/heads/${branch}`);
      const events = await stack.events((all) => all.some(({ type }) => type === 'approval.used'));
      expect(
        calls(events)
          .filter(({ push: refs }) => refs?.[0]?.ref.endsWith(branch))
          .map(({ phase }) => phase),
      ).toEqual(['attempt', 'outcome']);
    },
    120_000,
  );
});
