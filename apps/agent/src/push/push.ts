import type { agentV1 } from '@holdshort/contracts';
import type { ContentPaths, PackContents, ReceivePackCommands, RefChange } from '@holdshort/git-wire';
import type { ScanAhead } from '../content/scan-ahead.js';

/** A push as the agent holds it: its commands in memory, its pack on disk. */
export interface Push {
  commands: ReceivePackCommands;
  /** File with exactly the bytes that followed the commands; empty file for pushes without a pack. */
  packFile: string;
  packBytes: number;
  pack: PackContents | undefined;
  /** What scanning during the arrival of the pack has found out. */
  ahead: ScanAhead;
  changes: RefChange[];
  /** Where the new blobs appear: with `pack` what `newContents` reads for a scanner. */
  contents?: ContentPaths;
  summary: agentV1.PushSummary;
  /** Per-ref results as GitHub reported them. */
  results?: { ref: string; ok: boolean; reason?: string }[];
}
