/** Of another GitHub than github.com, before its owners. No login has a dot, which tells a host from an owner. */
const HOST = String.raw`(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\/)?`;

const OWNER = new RegExp(`^${HOST}[^/]+$`);
const REPOSITORY = new RegExp(`^${HOST}[^/]+/[^/]+$`);

/** `acme`, or `ghes.corp.example/acme` at another GitHub. */
export const isOwnerName = (text: string): boolean => OWNER.test(text);

/** `acme/app`, or `ghes.corp.example/acme/app`. */
export const isRepositoryName = (text: string): boolean => REPOSITORY.test(text);

/** The same of the characters that GitHub takes alone. */
export const isPlainRepositoryName = (text: string): boolean => isRepositoryName(text) && /^[\w./-]+$/.test(text);

/** Owner (with its host) and name; undefined for what is no name of a repository. */
export function splitRepositoryName(text: string): { owner: string; name: string } | undefined {
  if (!isRepositoryName(text)) return undefined;
  const at = text.lastIndexOf('/');
  return { owner: text.slice(0, at), name: text.slice(at + 1) };
}
