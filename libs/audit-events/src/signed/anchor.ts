import { canonicalJson, sha256Hex } from '../canonical-json.js';
import { merkleRoot } from './merkle.js';
import {
  is,
  isHash,
  isKid,
  isName,
  isObject,
  isSeq,
  isSignature,
  isTime,
  misfit,
  optional,
  type Rule,
} from './shape.js';
import { signStatement, type Signed, type Signer } from './sign.js';

/** A chain's highest countersigned head when the anchor was made: chain id, seq, hash. */
export type AnchorLeaf = readonly [chainId: string, seq: number, hash: string];

/** The Merkle root over the heads that moved in an hour; each anchor names the one before by its hash. */
export interface Anchor extends Signed {
  typ: 'anchor';
  v: 1;
  tenant: string;
  /** `2026-01-31T07`, UTC. */
  hour: string;
  /** When it was made. */
  time: string;
  /** Leaves of the tree. */
  size: number;
  /** RFC 6962 over the leaves, each in its RFC 8785 form; lower-case hex. */
  root: string;
  /** SHA-256 of the signed text of the anchor before, and its signature; absent in the first. */
  prev?: string;
}

/** As it is kept outside: the signed anchor and its leaves, by which it is evidence by itself. */
export interface AnchorRecord {
  anchor: Anchor;
  leaves: AnchorLeaf[];
  /** Base64 of a TimeStampToken (RFC 3161) over `anchorText`. Who believes which authority checks it. */
  time_stamp?: string;
}

/** As a time stamp is kept outside, beside the anchor of its hour. */
export interface KeptTimeStamp {
  hour: string;
  time_stamp: string;
}

export const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

const leafText = (leaf: AnchorLeaf): string => canonicalJson(leaf);

export const anchorRoot = (leaves: readonly AnchorLeaf[]): string => merkleRoot(leaves.map(leafText));

/** The signed anchor and its signature, in RFC 8785 form. */
export const anchorText = (anchor: Anchor): string => canonicalJson(anchor);

/** By which the next anchor names this one. */
export const anchorHash = (anchor: Anchor): string => sha256Hex(anchorText(anchor));

export function makeAnchor(
  facts: { tenant: string; hour: string; time: string; prev: string | undefined; leaves: readonly AnchorLeaf[] },
  signer: Signer,
): Promise<Anchor> {
  const { tenant, hour, time, prev, leaves } = facts;
  const statement = {
    ...{ typ: 'anchor' as const, v: 1 as const, tenant, hour, time, size: leaves.length, root: anchorRoot(leaves) },
    ...(prev === undefined ? {} : { prev }),
  };
  return signStatement(statement, signer);
}

const RULES: Readonly<Record<string, Rule>> = {
  typ: is('anchor'),
  v: is(1),
  tenant: isName,
  hour: (value) => typeof value === 'string' && HOUR.test(value),
  time: isTime,
  size: isSeq,
  root: isHash,
  prev: optional(isHash),
  kid: isKid,
  sig: isSignature,
};

/** A token with its chain of certificates has 2 to 8 kB. */
const MAX_TIME_STAMP = 100_000;

const isTimeStamp = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_TIME_STAMP && /^[A-Za-z0-9+/]+=*$/.test(value);

const isLeaf = (value: unknown): value is AnchorLeaf =>
  Array.isArray(value) && value.length === 3 && isName(value[0]) && isSeq(value[1]) && isHash(value[2]);

/** An anchor from outside; undefined for what is none. Neither signature, root nor time stamp is looked at. */
export function readAnchor(value: unknown): AnchorRecord | undefined {
  if (!isObject(value) || !isObject(value.anchor) || !Array.isArray(value.leaves)) return undefined;
  if (misfit(value.anchor, RULES) !== undefined || !value.leaves.every(isLeaf)) return undefined;
  const { time_stamp: stamp } = value;
  if (stamp !== undefined && !isTimeStamp(stamp)) return undefined;
  const record = { anchor: value.anchor as unknown as Anchor, leaves: value.leaves };
  return stamp === undefined ? record : { ...record, time_stamp: stamp };
}
