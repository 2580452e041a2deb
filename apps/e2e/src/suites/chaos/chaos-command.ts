import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startKafka, startPostgres } from '@holdshort/dev-services';
import { chaosWords, isGood, runChaos } from './run-chaos.js';

/** Ctrl-C ends the run, not what cleans up after it. */
function untilSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('the run was ended'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}

/** A run in the foreground with a broker and a database of its own. @returns the exit code: 0 where nothing was found */
export async function chaosCommand(faults: number, seed: number): Promise<number> {
  const signal = untilSignal();
  const dir = await mkdtemp(path.join(tmpdir(), 'holdshort-chaos-'));
  const kafka = await startKafka({ dataDir: path.join(dir, 'kafka') });
  const postgres = await startPostgres({ dataDir: path.join(dir, 'postgres'), temporary: true });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const keepLogsIn = path.resolve('.holdshort/chaos-logs');
  try {
    const report = await runChaos({ faults, seed, kafka, postgres, print, keepLogsIn, signal });
    print(`seed ${seed}\n${chaosWords(report)}`);
    for (const { code, text } of [report.store, report.topics]) if (code !== 0) print(text);
    return isGood(report) ? 0 : 1;
  } catch (error) {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  } finally {
    await kafka.stop();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}
