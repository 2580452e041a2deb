import { record } from './recorder.js';
import { SCENARIOS, START } from './scenarios.js';

const KINDS = ['positive', 'negative'] as const;

/** Every recording: path in the repository -> NDJSON. */
export const recordingFiles = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(SCENARIOS).flatMap(([rule, { start = START, ...steps }]) =>
      KINDS.map((kind) => [
        `deploy/siem/sigma/recordings/${rule}.${kind}.ndjson`,
        record(`${rule}.${kind}`, start, steps[kind]),
      ]),
    ),
  );
