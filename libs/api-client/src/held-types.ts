export interface HeldHunk {
  old_start: number;
  old_lines: number;
  new_start: number;
  new_lines: number;
  /** Each begins with a blank, `-` or `+`. */
  lines: string[];
}

export interface HeldFile {
  ref: string;
  path: string;
  /** Of a file that moved: where it was; else empty. */
  from: string;
  /** added, modified, deleted, renamed, mode, reverted or written */
  change: string;
  kind: string;
  /** text, binary, too_large, masked, unknown or none */
  content: string;
  bytes: number;
  hunks: HeldHunk[];
  cut: boolean;
  old_unknown: boolean;
}

export interface HeldCall {
  method: string;
  host: string;
  path: string;
  query: string;
  headers: { name: string; value: string }[];
  more_headers: number;
  body: string;
  /** text, binary, too_large, masked, file or none */
  content: string;
  body_bytes: number;
  cut: boolean;
}

/** What a held call would write, as its agent told it. */
export interface HeldContent {
  files: HeldFile[];
  more_files: number;
  call: HeldCall | null;
  notes: string[];
}
