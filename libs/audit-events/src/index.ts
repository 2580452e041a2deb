export * from './event.js';
export * from './event-catalogue.js';
export type { JsonSchema } from './schema/field.js';
export * from './schema/event-schema.js';
export * from './schema/example-event.js';
export * from './schema/strict-schema.js';
export * from './canonical-json.js';
export * from './uuid-v7.js';
export * from './safe-event.js';
export * from './event-chain.js';
export * from './parse-event.js';
export {
  isSignedBy,
  isSignedText,
  keyIdOf,
  keyProofText,
  signStatement,
  SigningKey,
  type Signed,
  type Signer,
} from './signed/sign.js';
export * from './signed/checkpoint.js';
export * from './signed/audit-keys.js';
export * from './signed/head.js';
export * from './signed/merkle.js';
export * from './signed/anchor.js';
export { type DsseEnvelope, IN_TOTO_PAYLOAD_TYPE } from './attestation/dsse.js';
export {
  attestPush,
  isAttestable,
  PUSH_PREDICATE_TYPE,
  type PushAttestation,
  type PushStatement,
} from './attestation/push-statement.js';
export * from './attestation/check-attestation.js';
export type { BreakKind, ChainBreak } from './verify/chain-break.js';
export type { Claim } from './verify/chain-verifier.js';
export * from './verify/trail-verifier.js';
export * from './verify/trail-check.js';
export * from './verify/trail-evidence.js';
export * from './verify/trail-item.js';
export * from './verify/verify-chain.js';
export * from './verify-outcomes.js';
export * from './event-headers.js';
export * from './event-columns.js';
export { OCSF_VERSION } from './ocsf/ocsf-kind.js';
export * from './ocsf/to-ocsf.js';
