/** What a scanner can say of the content of a call: kinds with their severity. The text is for the reference. */
export const FINDING_KINDS = {
  secret: 'A secret that is certain enough to refuse the call.',
  'secret-warning': 'Something that looks like a secret, not certain enough to refuse by itself.',
  'hidden-text': 'Text that a reader does not see: control, bidirectional or invisible characters.',
  unscanned: 'Content that could not be scanned, so nothing is known of it.',
} as const;

export type FindingKind = keyof typeof FINDING_KINDS;

const isKnown = (kind: string): kind is FindingKind => Object.hasOwn(FINDING_KINDS, kind);

/** Kinds of a newer agent are not known to any policy here: what they mean is not known either, which is `unscanned`. */
export function knownFindings(kinds: readonly string[]): FindingKind[] {
  const found = kinds.map((kind) => (isKnown(kind) ? kind : 'unscanned'));
  return [...new Set(found)].sort();
}
