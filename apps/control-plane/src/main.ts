import 'reflect-metadata';
import { createLogger, type Logger } from '@holdshort/telemetry';
import { recordStart, recordStop } from './audit/process-events.js';
import { closeParts, openParts } from './server/open-parts.js';
import { startServer } from './server/start-server.js';
import { loadControlPlaneSettings } from './settings.js';

async function run(logger: Logger): Promise<void> {
  const settings = loadControlPlaneSettings();
  logger.level = settings.logLevel;
  const parts = await openParts(settings, logger);
  const server = await startServer(parts).catch(async (error: unknown) => {
    await closeParts(parts);
    throw error;
  });
  await recordStart(parts);
  const stop = (): void => {
    stopOnce(async () => {
      await server.close();
      await recordStop(parts);
      await closeParts(parts);
    }, logger);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ msg: 'ready', httpUrl: server.httpUrl, grpc: server.grpc })}\n`);
}

/** A part that hangs must not keep the process: whoever stopped it waits 5 s. */
const STOP_LIMIT_MS = 4_500;

let stopping = false;

function stopOnce(close: () => Promise<void>, logger: Logger): void {
  if (stopping) return;
  stopping = true;
  setTimeout(() => {
    logger.error('stopped without finishing');
    process.exit(1);
  }, STOP_LIMIT_MS).unref();
  close().then(
    () => process.exit(0),
    (error: unknown) => {
      logger.error({ err: error }, 'stop failed');
      process.exit(1);
    },
  );
}

const logger = createLogger('control-plane');
run(logger).catch((error: unknown) => {
  logger.fatal({ err: error }, 'cannot start');
  process.exit(1);
});
