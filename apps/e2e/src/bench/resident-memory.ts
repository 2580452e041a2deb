import { readFile, writeFile } from 'node:fs/promises';

async function statusField(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Resident memory in MB, as the kernel counts it. */
export const residentMb = (pid: number): Promise<number> => statusField(pid, 'VmRSS');

/** Highest resident memory in MB while `work` runs: the kernel's own mark (proc(5), clear_refs 5), so no peak is missed. */
export async function peakMb(pid: number, work: () => Promise<unknown>): Promise<number> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  await work();
  return statusField(pid, 'VmHWM');
}
