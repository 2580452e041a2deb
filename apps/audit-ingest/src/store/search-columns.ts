import type { AuditEvent } from '@holdshort/audit-events';

/** SHA-1 or SHA-256, as git writes them; the all-zero one stands for "no commit". */
const COMMIT = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;
const NOTHING = /^0+$/;
/** A push of a whole tree would make one row of megabytes; who looks for more finds it by repository and ref. */
const MAX_PATHS = 2000;

/** Each commit that the event names: both ends of a pushed ref, and ids in the path of a call or in its ref. */
export function commitsOf({ push, request, target }: AuditEvent): string[] {
  const texts = [...(push ?? []).flatMap((change) => [change.old, change.new]), request?.path ?? '', target?.ref ?? ''];
  const found = texts.flatMap((text) => text.match(COMMIT) ?? []);
  return [...new Set(found)].filter((id) => !NOTHING.test(id));
}

/** The changed paths that a push names, and those with findings. */
export function pathsOf({ push, findings }: AuditEvent): string[] {
  const all = [...(push ?? []).flatMap(({ paths }) => paths ?? []), ...(findings ?? []).map(({ path }) => path)];
  return [...new Set(all)].slice(0, MAX_PATHS);
}
