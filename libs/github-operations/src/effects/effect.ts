/** What a call has done at GitHub, as far as the call and its answer tell. */
export interface Effect {
  kind: 'ref' | 'pull' | 'issue' | 'comment';
  action: 'create' | 'update' | 'delete' | 'merge' | 'close' | 'reopen';
  /** Full name; of a pull request that was opened, its head. */
  ref?: string;
  /** Object id before; zeros for none. */
  old?: string;
  /** Object id after; zeros for none. Of a merge, where the base stood then. */
  new?: string;
  /** Of a pull request or an issue. */
  number?: number;
  /** Of a comment. */
  id?: string;
  /** Of a pull request, an issue or a comment that the call names by its GraphQL id. */
  nodeId?: string;
}

export const NO_OBJECT = '0'.repeat(40);

/** Absent facts are left out. */
export type LooseEffect = Pick<Effect, 'kind' | 'action'> & {
  [Name in Exclude<keyof Effect, 'kind' | 'action'>]?: Effect[Name] | undefined;
};

export const effect = (facts: LooseEffect): Effect =>
  Object.fromEntries(
    Object.entries(facts as Record<string, unknown>).filter(([, value]) => value !== undefined),
  ) as unknown as Effect;

/** A member at a path of names and places, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string | number, unknown>)[step];
  }
  return found;
}

export const textAt = (value: unknown, ...path: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

/** 40 or 64 hex digits. */
export const oidAt = (value: unknown, ...path: readonly (string | number)[]): string | undefined => {
  const found = textAt(value, ...path);
  return found !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(found) ? found : undefined;
};

export const numberAt = (value: unknown, ...path: readonly (string | number)[]): number | undefined => {
  const found = Number(at(value, ...path));
  return Number.isSafeInteger(found) && found > 0 ? found : undefined;
};

/** The number at the end of `.../pull/7` or `.../issues/7`, as addresses of GitHub have it. */
export const numberInAddress = (address: string | undefined): number | undefined =>
  numberAt(/\/(?:pull|pulls|issues)\/([1-9][0-9]{0,9})(?:[/?#]|$)/.exec(address ?? ''), 1);

/** The id in `...#issuecomment-123`. */
export const commentInAddress = (address: string | undefined): string | undefined =>
  /#issuecomment-([1-9][0-9]{0,18})$/.exec(address ?? '')?.[1];

/** What a wanted state of an issue or pull request (`closed`, `CLOSED`, ...) does. */
export function stateAction(state: string | undefined): 'close' | 'reopen' | undefined {
  if (state?.toLowerCase() === 'closed') return 'close';
  return state?.toLowerCase() === 'open' ? 'reopen' : undefined;
}
