/** GitHub's token forms; a variable with such a value goes, whatever its name. */
const GITHUB_TOKEN = /^(?:gh[a-z]_|github_pat_|v1\.[0-9a-f]{40})/;

/** The same within a text; GitHub's tokens have 36 signs and more after their prefix. */
const TOKEN_IN_TEXT = /\b(?:gh[oprsu]_(?!holdshort_)[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/;

/** Names that carry GitHub credentials. */
const GITHUB_NAMES = [
  'GITHUB_PAT',
  'GH_PAT',
  'GITHUB_ACCESS_TOKEN',
  'GITHUB_API_TOKEN',
  'GITHUB_PERSONAL_ACCESS_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'HOMEBREW_GITHUB_API_TOKEN',
];

/** Beside them a program that hands credentials out, another host, and what may speak in the engineer's or the job's name. */
const CREDENTIAL_NAMES = new Set([
  ...GITHUB_NAMES,
  ...['GH_HOST', 'SSH_ASKPASS', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ...['HOLDSHORT_TOKEN', 'HOLDSHORT_TOKEN_FILE'],
]);

export const isGithubToken = (value: string): boolean => GITHUB_TOKEN.test(value);
export const holdsGithubToken = (text: string): boolean => TOKEN_IN_TEXT.test(text);
/** The credential of a Holdshort session; worth nothing but at its agent. */
export const isSessionCredential = (value: string): boolean => value.startsWith('ghu_holdshort_');
export const namesGithubCredential = (name: string): boolean => GITHUB_NAMES.includes(name);
/** What no child of a session inherits. */
export const namesCredential = (name: string): boolean => CREDENTIAL_NAMES.has(name);
