/**
 * Characters that a reader does not see, or that change the order of what they see: controls, zero widths, directions,
 * tags, selectors (Unicode TR 36; CVE-2021-42574).
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e01ef}]/gu;

/** The text with each of them written out, so that nothing is approved that nobody saw. */
export const visibleText = (text: string): string =>
  text.replace(
    HIDDEN,
    (char) => `\u27e8U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}\u27e9`,
  );
