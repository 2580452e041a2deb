import { runCli } from './program.js';

/** Back to the start of the line, and the rest of it cleared: ECMA-48, EL. */
const progress = (text: string): void => void process.stderr.write(`\r${text}\u001b[K\r`);

// whoever reads the output has read enough, like `head`
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  terminal: {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    ...(process.stderr.isTTY ? { progress } : {}),
  },
});
