import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { superviseChild, type ChildDeath, type ChildOptions } from './supervise.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<boolean> {
  for (let n = 0; n < 150 && !condition(); n += 1) await delay(50);
  return condition();
}

describe('a supervised process', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), 'holdshort-supervise-'));
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  const program = (source: string, more: Partial<ChildOptions> = {}): ChildOptions => ({
    name: 'thing',
    command: [process.execPath, '-e', source],
    env: { ONLY: 'this' },
    logFile: join(scratch, 'thing.log'),
    ...more,
  });

  it('is ready with its ready line, sees only its own environment, and stops by SIGTERM', async () => {
    const source = `
      console.log('{"msg":"getting \\\\"msg\\\\":\\\\"ready\\\\""}');
      console.log(JSON.stringify({ msg: 'ready', env: Object.keys(process.env) }));
      process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); setInterval(() => {}, 1000)`;
    writeFileSync(join(scratch, 'thing.log'), '{"msg":"ready","of":"an earlier run"}\n');
    const child = await superviseChild(program(source));
    expect(child.ready).toEqual({ msg: 'ready', env: ['ONLY'] });
    await child.stop();
    await child.stop();
    expect([child.isRunning(), readFileSync(join(scratch, 'thing.log'), 'utf8').trimEnd().split('\n').at(-1)]).toEqual([
      false,
      'bye',
    ]);
  });

  it('kills one that does not listen to SIGTERM, and what it started', async () => {
    const source = `
      const inner = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
      console.log(JSON.stringify({ msg: 'ready', inner: inner.pid }))`;
    const child = await superviseChild(program(source));
    const inner = Number(child.ready.inner);
    const started = Date.now();
    await child.stop();
    expect(Date.now() - started).toBeLessThan(6_000);
    expect(await until(() => !isAlive(inner))).toBe(true);
  });

  it('says with the end of its log why one did not start', async () => {
    const ends = superviseChild(program(`console.error('no database'); process.exit(3)`));
    await expect(ends).rejects.toThrow(/thing did not start. It ended while it started.\nno database/);
    const silent = superviseChild(
      program(`console.log(process.pid); setInterval(() => {}, 1000)`, { readyWithinMs: 1_000 }),
    );
    await expect(silent).rejects.toThrow(/It was not ready after 1 s/);
    const pid = Number(readFileSync(join(scratch, 'thing.log'), 'utf8').trimEnd().split('\n').at(-1));
    expect(isAlive(pid)).toBe(false);
    await expect(superviseChild(program('', { command: ['/no/such/program'] }))).rejects.toThrow(
      '/no/such/program cannot be run.',
    );
  });

  it('reports one that died, but not one that was stopped', async () => {
    const deaths: ChildDeath[] = [];
    const source = `console.log('{"msg":"ready"}'); setInterval(() => {}, 1000)`;
    const onDeath = (death: ChildDeath): void => void deaths.push(death);
    const killed = await superviseChild(program(source, { onDeath }));
    process.kill(killed.pid, 'SIGKILL');
    await until(() => deaths.length > 0);
    await (await superviseChild(program(source, { onDeath }))).stop();
    expect(deaths).toEqual([{ name: 'thing', code: null, signal: 'SIGKILL', logFile: join(scratch, 'thing.log') }]);
  });

  it('does not outlive a supervisor that was killed with -9', async () => {
    await build({
      entryPoints: [fileURLToPath(new URL('./supervise.ts', import.meta.url))],
      outfile: join(scratch, 'supervise.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      conditions: ['@holdshort/source'],
    });
    const options = program(`console.log('{"msg":"ready"}'); setInterval(() => {}, 1000)`);
    const parent = join(scratch, 'parent.mjs');
    writeFileSync(
      parent,
      `import { superviseChild } from './supervise.mjs'; import { writeFileSync, renameSync } from 'node:fs';
       const child = await superviseChild(${JSON.stringify(options)});
       writeFileSync('pid.new', String(child.pid)); renameSync('pid.new', 'pid'); setInterval(() => {}, 1000);`,
    );
    const supervisor = spawn(process.execPath, [parent], { cwd: scratch, stdio: 'ignore' });
    expect(await until(() => existsSync(join(scratch, 'pid')))).toBe(true);
    const pid = Number(readFileSync(join(scratch, 'pid'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    expect(await until(() => !isAlive(pid))).toBe(true);
  });
});
