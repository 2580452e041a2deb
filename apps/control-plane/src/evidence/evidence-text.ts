/** What is told of one session at GitHub. */
export interface ToldSession {
  sessionId: string;
  /** Where it is shown, at the control plane. */
  url: string;
  engineer: string;
  /** Empty for a person's own work. */
  assistant: string;
  approvers: readonly string[];
}

export interface ToldCommit extends ToldSession {
  /** Empty where none is known. */
  ref: string;
  policyVersion: string;
  policies: readonly string[];
}

/** By this our comment is found again; with the App as its author, since anybody can write it. */
export const MARKER = '<!-- holdshort:evidence -->';

const LONGEST = 200;

/**
 * A name as GitHub shows it and nothing more: within code no mention, link, emoji or issue number is made of it, and
 * nothing in it is markup, since all that could be is a character reference. Control, format and direction characters go.
 */
export function literal(name: string): string {
  const shown = name.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, LONGEST);
  const escaped = shown.replaceAll(/[^\p{L}\p{N} ./-]/gu, (sign) => `&#${String(sign.codePointAt(0))};`);
  return `<code>${escaped}</code>`;
}

const listed = (names: readonly string[]): string => (names.length === 0 ? '-' : names.map(literal).join(', '));

const shownSession = ({ sessionId, url }: ToldSession): string =>
  /^https?:\/\//.test(url) ? `[${literal(sessionId)}](${url})` : literal(sessionId);

const shownAssistant = ({ assistant }: ToldSession): string => (assistant === '' ? 'none' : literal(assistant));

/** Of a check run; Markdown. */
export function checkSummary(told: ToldCommit): string {
  return [
    'This commit came to GitHub through Holdshort, with a decision on record.',
    '',
    '| | |',
    '|---|---|',
    `| engineer | ${literal(told.engineer)} |`,
    `| assistant | ${shownAssistant(told)} |`,
    `| session | ${shownSession(told)} |`,
    `| approved by | ${listed(told.approvers)} |`,
    `| branch | ${told.ref === '' ? '-' : literal(told.ref.replace('refs/heads/', ''))} |`,
    `| policies | ${listed(told.policies)} |`,
    `| policy version | ${literal(told.policyVersion)} |`,
  ].join('\n');
}

/** https://docs.github.com/en/rest/commits/statuses: a description is plain text, of at most 140 characters. */
const STATUS_LENGTH = 140;

export function statusDescription({ engineer, assistant, approvers }: ToldSession): string {
  const who = `${engineer}${assistant === '' ? '' : ` with ${assistant}`}`;
  const approved = approvers.length === 0 ? '' : `, approved by ${approvers.join(', ')}`;
  return plain(`${who}${approved}`).slice(0, STATUS_LENGTH);
}

/** Without what could mention or command. */
const plain = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').replaceAll('@', ' at ');

/** The comment of a pull request; Markdown. One row for each session, newest first. */
export function pullComment(rows: readonly (ToldSession & { commit: string })[], more: number): string {
  return [
    MARKER,
    'Holdshort recorded the sessions that worked on this pull request.',
    '',
    '| session | engineer | assistant | approved by | commit |',
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${shownSession(row)} | ${literal(row.engineer)} | ${shownAssistant(row)} | ${listed(row.approvers)} | ${row.commit === '' ? '-' : literal(row.commit.slice(0, 12))} |`,
    ),
    ...(more > 0 ? ['', `And ${String(more)} more.`] : []),
  ].join('\n');
}
