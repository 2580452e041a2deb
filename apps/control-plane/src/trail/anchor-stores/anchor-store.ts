/** Injection token of the places that keep anchors. */
export const ANCHOR_STORES = Symbol('anchor-stores');

/** A place outside of the database, where what was written once stays; one contract suite runs on all of them. */
export interface AnchorStore {
  readonly kind: string;
  /**
   * Keeps the text under the name for good: durable when it resolves. The same text again is no error.
   * @param name of letters, digits and dashes, e.g. `2026-01-31T07`
   * @throws HoldshortError `conflict` where the name has another text; nothing is ever overwritten
   */
  put(name: string, text: string): Promise<void>;
  /** What is kept under the name; undefined for nothing. */
  get(name: string): Promise<string | undefined>;
}
