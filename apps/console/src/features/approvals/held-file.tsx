import { Text } from '@mantine/core';
import type { HeldFile as File, HeldHunk } from '@holdshort/api-client';
import { changeOf, whyUnseen } from './held-words.js';
import { visibleText } from '../../ui/visible-text.js';

const KINDS: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed' };

const headOf = ({ old_start: oldStart, old_lines: oldLines, new_start: newStart, new_lines: newLines }: HeldHunk) =>
  `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;

/** Lines begin with `+` and `-`, so that colour alone says nothing. */
function Hunks({ hunks, path }: { hunks: readonly HeldHunk[]; path: string }) {
  return (
    <pre className="diff" tabIndex={0} aria-label={`Changes of ${path}`}>
      {hunks.map((hunk) => (
        <span key={`${hunk.old_start} ${hunk.new_start}`} className="hunk">
          <span className="hunk-head">{headOf(hunk)}</span>
          {hunk.lines.map((line, n) => (
            <span key={n} data-kind={KINDS[line.charAt(0)] ?? 'same'}>
              {visibleText(line)}
            </span>
          ))}
        </span>
      ))}
    </pre>
  );
}

/** One file of a held call; folded away where there are many. */
export function HeldFile({ file, open }: { file: File; open: boolean }) {
  const unseen = whyUnseen(file);
  const path = visibleText(file.path);
  const traits = [changeOf(file), ...(file.kind === 'file' ? [] : [file.kind]), `${file.bytes} bytes`];
  return (
    <details className="held-file" open={open}>
      <summary>
        <code>{file.from === '' ? path : `${visibleText(file.from)} → ${path}`}</code>{' '}
        <Text span size="sm" c="dimmed" fw={400}>
          {traits.join(' · ')}
        </Text>
      </summary>
      {unseen === undefined ? null : (
        <Text size="sm" c="dimmed" my={4}>
          {unseen}
        </Text>
      )}
      {file.hunks.length > 0 ? <Hunks hunks={file.hunks} path={path} /> : null}
    </details>
  );
}
