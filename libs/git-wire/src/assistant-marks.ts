/** One `Name: value` line at the end of a commit message (git-interpret-trailers(1)). */
export interface Trailer {
  key: string;
  value: string;
}

const TRAILER = /^([A-Za-z0-9][A-Za-z0-9-]*)\s?:\s+(\S.*)$/;
/** Lines that git itself writes at the end of messages; they make the rest of their paragraph trailers. */
const BY_GIT = /^(Signed-off-by: |\(cherry picked from commit )/;
/** More than a person reads, and bounded for the record. */
const MOST = 50;
const LONGEST = 500;
/** Messages are searched this far from either end. */
const SEARCHED = 64 * 1024;

/**
 * The trailers of a message: of its last paragraph, when it consists of them, or to a quarter and git wrote one of them.
 * Continuation lines are joined. At most 50, each cut at 500 characters.
 */
export function trailersOf(message: string): Trailer[] {
  const paragraphs = message
    .slice(-SEARCHED)
    .trimEnd()
    .split(/\n(?:[ \t]*\n)+/);
  const lines = (paragraphs.length > 1 ? (paragraphs.at(-1) ?? '') : '').replace(/\n[ \t]+(?=\S)/g, ' ').split('\n');
  const found = lines.map((line) => TRAILER.exec(line));
  const count = found.filter((match) => match !== null).length;
  const others = lines.filter((line, i) => found[i] === null && !BY_GIT.test(line)).length;
  const isBlock = others === 0 || (lines.some((line) => BY_GIT.test(line)) && 3 * count >= others);
  if (count === 0 || !isBlock) return [];
  return found
    .filter((match) => match !== null)
    .slice(0, MOST)
    .map(([, key = '', value = '']) => ({ key, value: value.trim().slice(0, LONGEST) }));
}

/**
 * Whose marks assistants leave in commits, by what they write into author, committer, trailers and messages by default.
 * Anyone can write or leave out such a mark: it is a hint, never a proof.
 */
const MARKS: readonly (readonly [assistant: string, mark: RegExp])[] = [
  ['copilot', /\bcopilot-swe-agent\[bot\]|\b\d{1,12}\+copilot@users\.noreply\.github\.com|<copilot@github\.com>/i],
  ['claude', /<noreply@anthropic\.com>|generated with \[?claude code|\bclaude\[bot\]/i],
  ['codex', /<(noreply|codex)@openai\.com>|\bcodex(-connector)?\[bot\]|chatgpt-codex-connector/i],
  ['cursor', /<cursoragent@cursor\.com>|\bcursor\[bot\]/i],
  ['gemini', /\bgemini-code-assist\[bot\]|<gemini-cli@google\.com>|\bgoogle-labs-jules\[bot\]/i],
  ['aider', /<(noreply|aider)@aider\.chat>|\(aider\)( <|$)/im],
  ['devin', /\bdevin-ai-integration\[bot\]/i],
  ['windsurf', /<[a-z.-]+@(windsurf|codeium)\.com>/i],
  ['amp', /<amp@ampcode\.com>/i],
  ['opencode', /<noreply@opencode\.ai>/i],
  ['openhands', /<openhands@all-hands\.dev>/i],
];

/** The assistants whose marks a commit bears, sorted. */
export function assistantMarks(commit: { author: string; committer: string; message: string }): string[] {
  const { message } = commit;
  const people = [commit.author, commit.committer].map((person) => person.slice(0, LONGEST));
  const text = [...people, message.slice(0, SEARCHED), message.slice(-SEARCHED)].join('\n');
  return MARKS.filter(([, mark]) => mark.test(text))
    .map(([assistant]) => assistant)
    .sort();
}
