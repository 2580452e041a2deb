import type { agentV1 } from '@holdshort/contracts';

const fileView = (file: agentV1.HeldFile) => ({
  ref: file.ref,
  path: file.path,
  from: file.from,
  change: file.change,
  kind: file.kind,
  content: file.content,
  bytes: Number(file.bytes),
  hunks: file.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    old_start: oldStart,
    old_lines: oldLines,
    new_start: newStart,
    new_lines: newLines,
    lines,
  })),
  cut: file.cut,
  old_unknown: file.oldUnknown,
});

const callView = (call: agentV1.HeldCall) => ({
  method: call.method,
  host: call.host,
  path: call.path,
  query: call.query,
  headers: call.headers.map(({ name, value }) => ({ name, value })),
  more_headers: call.moreHeaders,
  body: call.body,
  content: call.content,
  body_bytes: Number(call.bodyBytes),
  cut: call.cut,
});

/** What is kept and shown: of what an agent sends, the fields that are known. */
export const heldContentView = ({ files, moreFiles, call, notes }: agentV1.ShowHeldRequest) => ({
  files: files.map(fileView),
  more_files: moreFiles,
  // the reader of messages gives null for what is absent
  call: call ? callView(call) : null,
  notes,
});

export type HeldContent = ReturnType<typeof heldContentView>;
