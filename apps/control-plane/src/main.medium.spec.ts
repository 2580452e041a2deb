import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { superviseChild, type SupervisedChild } from '@holdshort/dev-services';
import { eventually } from './testing/eventually.js';
import { TestWorld } from './testing/test-world.js';

describe('the control plane as a process', () => {
  const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  let world: TestWorld;
  const started: Promise<SupervisedChild>[] = [];
  beforeAll(async () => {
    if (!existsSync(entry)) throw new Error('build apps/control-plane first: npx tsc -b apps/control-plane');
    world = await TestWorld.start();
  });
  afterAll(async () => {
    // a test that failed half-way must not leave its process behind
    for (const child of started)
      await child.then(
        (running) => running.stop(),
        () => undefined,
      );
    await world.stop();
  });

  const start = async (name: string, overrides: Record<string, string> = {}) => {
    const settings = (await world.replica(await world.newDatabase())).parts.settings;
    const file = (setting: string, text: string | undefined): string => {
      const path = join(world.dir, `${name}-${setting}`);
      writeFileSync(path, text ?? '', { mode: 0o600 });
      return path;
    };
    const logFile = join(world.dir, `${name}.log`);
    const child = superviseChild({
      name,
      command: [process.execPath, entry],
      logFile,
      env: {
        HOLDSHORT_HTTP_PORT: '0',
        HOLDSHORT_GRPC_PORT: '0',
        HOLDSHORT_DATABASE_URL: await world.newDatabase(),
        HOLDSHORT_AGENT_CA_CERT_FILE: file('ca', settings.agentCaCertificate),
        HOLDSHORT_AGENT_CA_KEY_FILE: file('ca-key', settings.agentCaKey),
        HOLDSHORT_OIDC_ISSUER: settings.oidcIssuer,
        HOLDSHORT_OIDC_CLIENT_ID: settings.oidcClientId,
        HOLDSHORT_OIDC_CLIENT_SECRET_FILE: file('secret', settings.oidcClientSecret),
        HOLDSHORT_GITHUB_APP_ID: settings.githubAppId ?? '',
        HOLDSHORT_GITHUB_APP_KEY_FILE: file('app-key', settings.githubAppKey),
        HOLDSHORT_GITHUB_API_URL: settings.githubApiUrl,
        HOLDSHORT_GITHUB_CA_FILE: file('github-ca', settings.githubCa),
        HOLDSHORT_BOOTSTRAP_TOKEN_FILE: file('bootstrap', settings.bootstrapToken),
        HOLDSHORT_RELAY_ADDRESS: '127.0.0.1:1',
        HOLDSHORT_SPOOL_DIR: join(world.dir, `${name}-spool`),
        HOLDSHORT_DEV_MODE: 'true',
        ...overrides,
      },
    });
    started.push(child);
    return { child, logFile };
  };

  it('says when it is ready, works, and stops within 5 s while agents and people are connected', async () => {
    const { child, logFile } = await start('process');
    const running = await child;
    const { ready } = running;
    expect(ready).toEqual({
      msg: 'ready',
      httpUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      grpc: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    const url = String(ready['httpUrl']);
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 200);
    expect(await (await fetch(`${url}/api/v1/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('holdshort_control_plane_spool_depth_events');
    const answer = await fetch(`${url}/api/v1/agents/join-tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer launcher-secret', 'content-type': 'application/json' },
      body: '{"workspace":"w"}',
    });
    expect(answer.status).toBe(201);
    const { token } = (await answer.json()) as { token: string };
    const started = performance.now();
    await running.stop();
    expect(running.isRunning()).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
    const spool = join(world.dir, 'process-spool');
    const recorded = readdirSync(spool)
      .filter((name) => name.endsWith('.seg'))
      .map((name) => readFileSync(join(spool, name), 'utf8'))
      .join('');
    const places = [
      '"process":"control-plane"},"hash"',
      '"type":"control_plane.started"',
      '"type":"config.changed"',
      '"type":"control_plane.stopped"',
    ].map((text) => recorded.indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places[1]).toBeLessThan(Number(places[2]));
    expect(places[2]).toBeLessThan(Number(places[3]));
    expect(recorded).toMatch(/"changed":"[A-Z_ ]*HOLDSHORT_DEV_MODE[A-Z_ ]*","first_start":true/);
    const log = readFileSync(logFile, 'utf8');
    expect(log).not.toContain('"level":60');
    for (const secret of [token, 'launcher-secret', 'test-secret', 'PRIVATE KEY']) expect(log).not.toContain(secret);
  });

  it('does not start with a setting that is missing, and names it', async () => {
    const { child, logFile } = await start('broken', { HOLDSHORT_RELAY_ADDRESS: '' });
    await expect(child).rejects.toThrow();
    expect(readFileSync(logFile, 'utf8')).toContain('Set HOLDSHORT_KAFKA_BROKERS or HOLDSHORT_RELAY_ADDRESS.');
  });
});
