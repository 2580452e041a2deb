import { record } from './recorder.js';
import { SCENARIOS, START } from './scenarios.js';

/** Every recording: path in the repository -> NDJSON. */
export const recordingFiles = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(SCENARIOS).flatMap(([rule, { start = START, positive, negative }]) => [
      [`deploy/siem/sigma/recordings/${rule}.positive.ndjson`, record(start, positive)],
      [`deploy/siem/sigma/recordings/${rule}.negative.ndjson`, record(start, negative)],
    ]),
  );
