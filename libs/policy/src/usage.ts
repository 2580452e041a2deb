/** What is counted of allowed calls, per session and per engineer, over the hour before a call. */
export const USAGE_MEASURES = ['calls', 'writes', 'pushes', 'files', 'bytes', 'branches', 'pulls'] as const;
export type UsageMeasure = (typeof USAGE_MEASURES)[number];

export type Usage = Record<UsageMeasure, number>;

export type UsagePer = 'session' | 'engineer';

/** Length of the window in milliseconds. */
export const USAGE_WINDOW_MS = 3_600_000;

export const noUsage = (): Usage => ({ calls: 0, writes: 0, pushes: 0, files: 0, bytes: 0, branches: 0, pulls: 0 });
