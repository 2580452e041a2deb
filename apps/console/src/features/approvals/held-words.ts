import type { HeldCall, HeldFile } from '@holdshort/api-client';

const CHANGES: Readonly<Record<string, string>> = {
  added: 'new',
  modified: 'changed',
  deleted: 'deleted',
  renamed: 'moved',
  mode: 'mode changed',
  reverted: 'changed, and changed back',
  written: 'written',
};

const NOT_SHOWN: Readonly<Record<string, string>> = {
  binary: 'Binary: not shown.',
  too_large: 'Too large: not shown.',
  masked: 'Not shown: it could not be told that no secret is left in it.',
  unknown: 'Not shown: its content could not be had.',
  file: 'The body is a file on its way up: not shown.',
};

/** What becomes of a file, in words; a word of a newer agent as it is. */
export const changeOf = ({ change }: Pick<HeldFile, 'change'>): string => CHANGES[change] ?? change;

/** Why there is nothing, or less, to see; undefined where all is shown. */
export function whyUnseen({ change, content, cut, old_unknown: old }: HeldFile): string | undefined {
  if (change === 'reverted') return 'A commit of this push changes it, a later one changes it back. GitHub keeps both.';
  if (content !== 'text') return NOT_SHOWN[content];
  if (old && change !== 'written') return 'Its old content could not be had: all is shown as added.';
  return cut ? 'There is more of it than is shown here.' : undefined;
}

/** The same of the body of a request. */
export function whyNoBody({ content, cut, body_bytes: bytes }: HeldCall): string | undefined {
  if (content === 'none') return 'It has no body.';
  if (content !== 'text') return `${NOT_SHOWN[content] ?? content} ${bytes} bytes.`;
  return cut ? 'There is more of it than is shown here.' : undefined;
}
