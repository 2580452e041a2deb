import type { AuditEvent } from '@holdshort/audit-events';

/** SHA-1 or SHA-256, as git writes them; the all-zero one stands for "no commit". */
const COMMIT = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;
const NOTHING = /^0+$/;
/** A push of a whole tree would make one row of megabytes; who looks for more finds it by repository and ref. */
const MAX_PATHS = 2000;

/**
 * A B-tree takes no row of more than 2,704 bytes, a GIN no such key, and a name of a hostile repository must not keep its
 * event out of the store. Searches cut what they look for in the same way (the control plane's audit-query).
 */
export const cut = (value: string | undefined): string | undefined => value?.slice(0, MAX_UNITS);
/** Two of them, of 3 bytes per UTF-16 unit, fit into a row of an index. */
const MAX_UNITS = 400;

/** Each commit that the event names: both ends of a pushed ref, ids in the path of a call or in its ref, and in its effects. */
export function commitsOf({ push, request, target, effects }: AuditEvent): string[] {
  const texts = [
    ...(push ?? []).flatMap((change) => [change.old, change.new]),
    ...[request?.path ?? '', target?.ref ?? '', ...(effects ?? []).flatMap(({ old = '', new: id = '' }) => [old, id])],
  ];
  const found = texts.flatMap((text) => text.match(COMMIT) ?? []);
  return [...new Set(found)].filter((id) => !NOTHING.test(id));
}

/** Each once, though two were equal only after the cut. */
export const cutAll = (values: readonly string[]): string[] => [
  ...new Set(values.map((value) => value.slice(0, MAX_UNITS))),
];

/** The changed paths that a push names, and those with findings. */
export function pathsOf({ push, findings }: AuditEvent): string[] {
  const all = [...(push ?? []).flatMap(({ paths }) => paths ?? []), ...(findings ?? []).map(({ path }) => path)];
  return cutAll(all).slice(0, MAX_PATHS);
}
