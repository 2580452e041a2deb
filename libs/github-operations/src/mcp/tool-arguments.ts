import { branchRef, isOwnerName, isRepoName } from '../names.js';
import type { Target } from '../operation.js';
import { refuse } from '../unclassifiable.js';

/** An argument's name as GitHub's server writes them; anything else is none of its tools'. */
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Names that decide what a tool call means. Go reads JSON into structs without regard to case, so `Branch` may mean
 * `branch` to the server: a name of this list is taken in exactly this form or not at all.
 */
const DECISIVE = [
  ...['owner', 'repo', 'branch', 'base', 'path', 'files', 'method', 'level', 'org', 'organization', 'enterprise'],
  ...['pullNumber', 'issue_number', 'issueNumber', 'query', 'threadId', 'commentNodeID', 'user', 'username'],
  ...['from_branch'],
  ...['parent_owner', 'parent_repo', 'item_owner', 'item_repo', 'items', 'name', 'repository_name'],
];
const EXACT = new Map(DECISIVE.map((name) => [name.toLowerCase(), name]));

/** @throws Unclassifiable where two names could be one to a reader that ignores case */
export function checkNames(fields: Readonly<Record<string, unknown>>): void {
  const seen = new Set<string>();
  for (const name of Object.keys(fields)) {
    const folded = name.toLowerCase();
    const exact = EXACT.get(folded);
    if (!NAME.test(name) || seen.has(folded) || (exact !== undefined && exact !== name))
      refuse('request_malformed', `The argument "${name.slice(0, 64)}" cannot be read in only one way.`);
    seen.add(folded);
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The `arguments` of a `tools/call`, read with the strictness of something that decides. */
export class ToolArguments {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    checkNames(fields);
    this.#fields = fields;
  }

  has(name: string): boolean {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value !== undefined && value !== null && value !== '';
  }

  text(name: string): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#fields[name];
    return typeof value === 'string' ? value : refuse('request_malformed', `The argument "${name}" must be text.`);
  }

  requiredText(name: string): string {
    return (
      this.text(name) ??
      refuse('target_unresolved', `The tool call does not say "${name}", so it cannot be told what it would do.`)
    );
  }

  number(name: string): { number?: number } {
    if (!this.has(name)) return {};
    const value = this.#fields[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
      return refuse('request_malformed', `The argument "${name}" must be a number.`);
    return { number: value };
  }

  list(name: string): Readonly<Record<string, unknown>>[] {
    if (!this.has(name)) return [];
    const value = this.#fields[name];
    if (!Array.isArray(value) || !value.every(isRecord))
      return refuse('request_malformed', `The argument "${name}" must be a list of objects.`);
    value.forEach(checkNames);
    return value;
  }

  account(name: string): Target {
    const owner = this.text(name);
    if (owner === undefined) return { account: true };
    return isOwnerName(owner)
      ? { owner, account: true }
      : refuse('request_malformed', `"${name}" is not a name that GitHub gives.`);
  }

  repository(ownerName = 'owner', repoName = 'repo'): { owner: string; repo: string } {
    const owner = this.requiredText(ownerName);
    const repo = this.requiredText(repoName);
    if (!isOwnerName(owner) || !isRepoName(repo))
      refuse('request_malformed', 'Owner or repository is not a name that GitHub gives.');
    return { owner, repo };
  }

  branch(name: string): string {
    return (
      branchRef(this.requiredText(name)) ??
      refuse('request_malformed', `The branch in "${name}" cannot be read in only one way; give its short name.`)
    );
  }
}
