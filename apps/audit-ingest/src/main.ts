import { toHoldshortError } from '@holdshort/errors';
import { createLogger } from '@holdshort/telemetry';
import { loadIngestSettings } from './config.js';
import { startIngest } from './start-ingest.js';

/** After this an orderly stop has failed; a supervisor would kill at 10 s. */
const STOP_MS = 5000;

try {
  const settings = loadIngestSettings();
  const logger = createLogger('audit-ingest', settings.logLevel);
  const ingest = await startIngest(settings, logger);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    ingest.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ msg: 'ready', relay: ingest.relay, health: ingest.health })}\n`);
} catch (thrown) {
  const error = toHoldshortError(thrown);
  process.stderr.write(`audit-ingest: ${error.message}${error.advice === undefined ? '' : ` ${error.advice}`}\n`);
  process.exit(1);
}
