import { readFile } from 'node:fs/promises';

/** Ticks per second of `/proc/PID/stat` (proc_pid_stat(5)); 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of a processor that these processes have used; what waits for a busy machine is not in it. */
export async function processorSeconds(pids: readonly number[]): Promise<number> {
  const used = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // after the name, which may hold anything: fields 14 and 15 of the whole line
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
    }),
  );
  return used.reduce((sum, each) => sum + each, 0);
}
