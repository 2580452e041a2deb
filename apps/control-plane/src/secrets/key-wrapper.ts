/** Keeps data keys: one key-encryption key. Adapters: LocalKeyWrapper, KmsKeyWrapper; key-wrappers.medium.spec.ts runs on both. */
export interface KeyWrapper {
  /** Says which key it is and nothing about it; stands beside what it wrapped, so it never changes. */
  readonly id: string;
  wrap(dataKey: Buffer): Promise<Buffer>;
  /** @throws HoldshortError `internal_error` where it was wrapped by another key or changed */
  unwrap(wrapped: Buffer): Promise<Buffer>;
}

/** The key that wraps now, and older ones that still unwrap. */
export interface KeyRing {
  current: KeyWrapper;
  all: ReadonlyMap<string, KeyWrapper>;
}

/** Injection token of the key ring. */
export const KEY_RING = Symbol('key-ring');
