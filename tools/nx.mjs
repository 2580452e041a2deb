import { spawnSync } from 'node:child_process';

/** Runs nx without daemon and terminal UI, so that no process stays behind. */
export const nx = (args, stdio = 'inherit') =>
  spawnSync(process.execPath, ['node_modules/nx/dist/bin/nx.js', ...args], {
    stdio,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
  });
