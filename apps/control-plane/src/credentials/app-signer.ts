/** Signs for one GitHub App. Adapters: PemAppSigner, KmsAppSigner; app-signers.medium.spec.ts runs on both. */
export interface AppSigner {
  /**
   * RSASSA-PKCS1-v1_5 with SHA-256, which JWTs call RS256 (RFC 7518, 3.3).
   * @throws HoldshortError `lease_unavailable` where whoever has the key does not sign
   */
  sign(data: Buffer): Promise<Buffer>;
}
