/**
 * Runs `work` again and again, and keeps no process alive for it.
 * @param failed hears of what went wrong; the next time it is tried again
 * @returns for clearInterval
 */
export function every(ms: number, work: () => Promise<unknown>, failed: (error: unknown) => void): NodeJS.Timeout {
  return setInterval(() => {
    work().catch(failed);
  }, ms).unref();
}
